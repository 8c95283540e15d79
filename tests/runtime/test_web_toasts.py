"""What is told on the next page never becomes so much that the cookie grows."""

from __future__ import annotations

from runtime.web import page
from tests.crm import made
from tests.web import Site


def test_only_the_last_few_wait_where_no_page_is_looked_at(site: Site) -> None:
    """Ten records saved by something that never follows to the page with the toast; the newest is among what waits."""
    crm, boss = made(site.database, site.actor()), site.person()
    for number in range(10):
        assert boss.post(f"/a/{crm.key}/customer/", {"name": f"客户{number}"}).status_code == 303
    with boss.client.session_transaction() as kept:
        assert 1 <= len(kept["_flashes"]) <= page.WAITING + 1
