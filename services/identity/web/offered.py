"""Which other ways to sign in a page may offer."""

from urllib.parse import urlsplit

from services.identity.web.site import Site


def vneid(site: Site) -> bool:
    return site.upstream is not None


def origins(site: Site) -> tuple[str, ...]:
    """Where their forms lead to, for the page's content security policy."""
    if site.upstream is None:
        return ()
    parts = urlsplit(site.upstream.issuer)
    return (f"{parts.scheme}://{parts.netloc}",)
