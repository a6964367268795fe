"""What operators watch here."""

from prometheus_client import Counter

SIGN_INS = Counter(
    "motcua_identity_sign_ins_total", "Sign-ins, by kind of account and outcome", ["kind", "outcome"]
)
REFRESHES = Counter("motcua_identity_refreshes_total", "Refreshes of access tokens, by outcome", ["outcome"])
SIGN_UPS = Counter("motcua_identity_sign_ups_total", "Accounts made, by kind", ["kind"])
AUTHORIZATIONS = Counter(
    "motcua_identity_authorizations_total", "Authorization requests of clients, by outcome", ["outcome"]
)
CLIENT_TOKENS = Counter(
    "motcua_identity_client_tokens_total", "Requests at the token endpoint, by outcome", ["outcome"]
)
LOGOUT_NOTICES = Counter(
    "motcua_identity_logout_notices_total", "Back-channel logouts told to clients, by outcome", ["outcome"]
)
