"""What operators watch here."""

from prometheus_client import Counter

SIGN_INS = Counter(
    "motcua_identity_sign_ins_total", "Sign-ins, by kind of account and outcome", ["kind", "outcome"]
)
REFRESHES = Counter("motcua_identity_refreshes_total", "Refreshes of access tokens, by outcome", ["outcome"])
SIGN_UPS = Counter("motcua_identity_sign_ups_total", "Accounts made, by kind", ["kind"])
ACTING = Counter(
    "motcua_identity_acting_tokens_total", "Tokens to act for somebody, by standing", ["acts_as"]
)
