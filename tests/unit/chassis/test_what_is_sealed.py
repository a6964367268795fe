"""Every column of text is sealed, or somebody has decided that it says nothing of people."""

from importlib import import_module

import pytest
from sqlalchemy import JSON, String

from chassis.sealed import SealedBytes

SERVICES = ("identity", "dossier", "payment", "postal", "feedback")

#: Ids, codes and states under these names say nothing of people, wherever they stand.
HARMLESS = frozenset(
    [
        "account",
        "acr",
        "actions",
        "actor_agency",
        "acts_as",
        "agency",
        "amr",
        "bank",
        "body_hash",
        "channel",
        "code",
        "cookie_digest",
        "collect",
        "collector",
        "collector_en",
        "confirmed_by",
        "decision",
        "digest",
        "end_reason",
        "ended_by",
        "gateway",
        "gateway_transaction",
        "granted_by",
        "ground",
        "hash",
        "holder",
        "id",
        "identifier_digest",
        "issuer",
        "key",
        "kid",
        "kind",
        "language",
        "last_error",
        "last_id",
        "media_type",
        "merged_into",
        "name_en",
        "object",
        "on_time",
        "order_number",
        "outcome",
        "owner_kind",
        "points",
        "procedure",
        "procedures",
        "proposed_by",
        "public_jwk",
        "receipt",
        "reference",
        "register",
        "revoked_by",
        "role",
        "roles",
        "scan_state",
        "scope",
        "sealed",
        "sealed_key",
        "service",
        "sha256",
        "side",
        "state",
        "step",
        "steps",
        "subject",
        "techid_digest",
        "tracking",
        "type",
        "waiting_on",
        "what",
    ]
)
#: Where these stand they are names of offices and fees, rules, events' ids, or digits without a person.
DECIDED = {
    "dossier.agencies.name",
    "dossier.charges.name",
    "dossier.drafts.papers",  # codes and ids of files
    "dossier.procedure_versions.content",
    "dossier.procedure_versions.name",
    "feedback.agencies.name",
    "identity.citizens.sex",
    "identity.accounts.proofing",
    # Organisations and what they were allowed; what was tried, by digests and codes.
    *(
        "identity." + name
        for name in (
            "audit_entries.address_digest",
            "audit_entries.client",
            "authorization_requests.client",
            "client_assertions.client",
            "client_assertions.jti_digest",
            "client_grants.claims",
            "client_grants.client",
            "client_grants.code_challenge",
            "client_grants.code_digest",
            "client_grants.nonce",
            "client_grants.redirect_uri",
            "client_grants.scopes",
            "client_secrets.client",
            "client_tokens.scopes",
            "clients.auth_method",
            "clients.backchannel_logout_uri",
            "clients.id_token_alg",
            "clients.jwks",
            "clients.name",
            "clients.post_logout_redirect_uris",
            "clients.redirect_uris",
            "clients.scopes",
            "clients.sector",
            "consents.claims",
            "consents.client",
            "consents.scopes",
            "logout_notices.client",
            "signing_keys.purpose",
        )
    ),
    "identity.authenticators.sealed_secret",
    "identity.ceremonies.kept",  # what tells of somebody in it is sealed by the vault
    "identity.ceremonies.stage",
    "identity.data_access.purpose",  # a code
    "identity.devices.name",  # browser and system
    "identity.passkeys.credential_id",
    "identity.passkeys.public_key",
    "identity.help_codes.purpose",  # what for, as the code names it
    "identity.one_time_codes.purpose",
    "identity.sessions.device",  # browser and system
    "payment.agencies.name",
    "payment.obligations.name",
    "payment.payments.info",
    "payment.receipts.lines",
    "payment.receipts.number",
    "postal.agencies.name",
    "postal.consignments.description",
    "postal.cursors.name",
    *(f"{service}.outbox.body" for service in SERVICES),  # events carry ids
}


def columns(service):
    where = "all_tables" if service == "identity" else "tables"
    metadata = import_module(f"services.{service}.{where}").Base.metadata
    return [
        (f"{service}.{table.name}.{column.name}", column)
        for table in metadata.sorted_tables
        for column in table.c
    ]


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_not_sealed_was_decided(service):
    texts = {name for name, column in columns(service) if isinstance(column.type, (String, JSON))}
    undecided = {name for name in texts - DECIDED if name.rpartition(".")[2] not in HARMLESS}
    assert undecided == set(), "seal them, or say here why they need not be"


def test_what_was_decided_is_still_there():
    known = {name for service in SERVICES for name, _ in columns(service)}
    assert known >= DECIDED


@pytest.mark.parametrize(
    "column",
    [
        "identity.accounts.identifier",
        "identity.citizens.birth_date",
        "dossier.dossiers.answers",
        "dossier.timeline.vi",
        "payment.receipts.payer",
        "postal.consignments.recipient_address",
        "feedback.petitioners.phone",
        "feedback.idempotency_keys.answer",
    ],
)
def test_people_are_sealed(column):
    found = dict(columns(column.partition(".")[0]))
    assert isinstance(found[column].type, SealedBytes)
