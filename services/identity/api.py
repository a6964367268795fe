"""The operations of the identity service."""

from chassis.api import ANYONE, OWN, SERVICES, SIGNED_IN, Access, Operation, kinds, may
from chassis.authority import PEOPLE, ROLES
from chassis.carried import Answer, Carried, Request
from chassis.schemas import Nothing, PageQuery
from services.identity import acting_api, appointment_api, schemas
from services.identity.oidc import schemas as oidc_schemas

SIGN_UP_CITIZEN = Operation(
    "sign_up_citizen",
    "POST",
    "/citizens",
    takes=schemas.SignUpCitizen,
    gives=schemas.AccountView,
    allow=ANYONE,
    reads_token=False,
    status=201,
    location="/me",
    rate="30/minute",
    summary=("Đăng ký tài khoản công dân", "Sign up as a citizen"),
)
SIGN_UP_BUSINESS = Operation(
    "sign_up_business",
    "POST",
    "/businesses",
    takes=schemas.SignUpBusiness,
    gives=schemas.AccountView,
    allow=kinds("citizen"),
    status=201,
    rate="30/minute",
    summary=("Đăng ký doanh nghiệp mà mình đại diện", "Register a business one represents"),
)
SIGN_IN = Operation(
    "sign_in",
    "POST",
    "/sessions",
    takes=schemas.SignIn,
    gives=schemas.TokensView,
    allow=ANYONE,
    reads_token=False,
    status=201,
    key=False,
    rate="60/minute",
    summary=("Đăng nhập", "Sign in"),
)
REFRESH = Operation(
    "refresh",
    "POST",
    "/sessions/refresh",
    takes=schemas.Refresh,
    gives=schemas.TokensView,
    allow=ANYONE,
    reads_token=False,
    key=False,
    summary=("Gia hạn phiên đăng nhập", "Get a new access token"),
)
SIGN_OUT = Operation(
    "sign_out",
    "DELETE",
    "/sessions/current",
    takes=Nothing,
    gives=Nothing,
    allow=SIGNED_IN,
    status=204,
    key=False,
    summary=("Đăng xuất", "Sign out"),
)
ME = Operation(
    "me",
    "GET",
    "/me",
    takes=Nothing,
    acting=True,
    gives=schemas.MeView,
    allow=SIGNED_IN,
    summary=("Tài khoản của tôi", "My account"),
)
KEYS = Operation(
    "keys",
    "GET",
    "/keys",
    takes=Nothing,
    gives=schemas.KeySetView,
    allow=ANYONE,
    cache="public, max-age=300",
    summary=("Bộ khóa công khai (JWKS)", "The public key set (JWKS)"),
)
MY_CONSENTS = Operation(
    "my_consents",
    "GET",
    "/me/consents",
    takes=Nothing,
    gives=oidc_schemas.ConsentsView,
    allow=SIGNED_IN,
    summary=("Những nơi tôi cho phép đọc tài khoản", "Who I let read my account"),
)
WITHDRAW_CONSENT = Operation(
    "withdraw_consent",
    "DELETE",
    "/me/consents/{client}",
    takes=oidc_schemas.OneConsent,
    gives=Nothing,
    allow=Access(dict.fromkeys((*PEOPLE, *ROLES), OWN)),
    status=204,
    key=False,
    summary=("Thu hồi một sự cho phép", "Take a consent back"),
)
#: OpenID Connect and the pages people sign in on: `web/router.py` knows what lies where.
CARRY = Carried(
    "carry",
    takes=Request,
    gives=Answer,
    allow=ANYONE,
    reads_token=False,
    key=False,
    deadline=15.0,
    paths=("/.well-known/openid-configuration", "/oauth/", "/account", "/account/"),
)
DATA_ACCESS = Operation(
    "list_data_access",
    "GET",
    "/me/data-access",
    takes=PageQuery,
    gives=schemas.DataAccessPage,
    allow=may(citizen=OWN, business=OWN),
    summary=("Ai đã xem dữ liệu của tôi", "Who has read my data"),
)
TOKEN_KEYS = Operation("token_keys", takes=PageQuery, gives=schemas.TokenKeysPage, allow=SERVICES)
WITHDRAWN_ACCESS = Operation(
    "withdrawn_access_snapshots", takes=PageQuery, gives=schemas.WithdrawnAccessPage, allow=SERVICES
)

OPERATIONS = (
    SIGN_UP_CITIZEN,
    SIGN_UP_BUSINESS,
    SIGN_IN,
    REFRESH,
    SIGN_OUT,
    ME,
    KEYS,
    TOKEN_KEYS,
    CARRY,
    WITHDRAWN_ACCESS,
    *appointment_api.OPERATIONS,
    DATA_ACCESS,
    *acting_api.OPERATIONS,
    MY_CONSENTS,
    WITHDRAW_CONSENT,
)
