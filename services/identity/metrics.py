"""What operators watch here."""

from prometheus_client import Counter, Histogram

SIGN_INS = Counter(
    "motcua_identity_sign_ins_total", "Sign-ins, by kind of account and outcome", ["kind", "outcome"]
)
REFRESHES = Counter("motcua_identity_refreshes_total", "Refreshes of access tokens, by outcome", ["outcome"])
SIGN_UPS = Counter("motcua_identity_sign_ups_total", "Accounts made, by kind", ["kind"])
ACTING = Counter(
    "motcua_identity_acting_tokens_total", "Tokens to act for somebody, by standing", ["acts_as"]
)
UPSTREAM_SECONDS = Histogram(
    "motcua_identity_upstream_seconds",
    "Waiting for the upstream identity provider, by step and outcome",
    ["step", "outcome"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2, 3, 4, 5),
)
LINKS = Counter(
    "motcua_identity_upstream_links_total", "Persons from upstream, by what came of them", ["outcome"]
)
MESSAGES = Counter(
    "motcua_identity_messages_total", "Messages to people, by channel and outcome", ["channel", "outcome"]
)
CODES = Counter(
    "motcua_identity_one_time_codes_total", "One-time codes, by purpose and outcome", ["purpose", "outcome"]
)
AUTHORIZATIONS = Counter(
    "motcua_identity_authorizations_total", "Authorization requests of clients, by outcome", ["outcome"]
)
CLIENT_TOKENS = Counter(
    "motcua_identity_client_tokens_total", "Requests at the token endpoint, by outcome", ["outcome"]
)
LOGOUT_NOTICES = Counter(
    "motcua_identity_logout_notices_total", "Back-channel logouts told to clients, by outcome", ["outcome"]
)
