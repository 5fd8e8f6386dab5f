"""Whose account a token opens, and which organizations it sees."""

from collections.abc import Callable

import pytest

from contactd_sdk import Account, AuthFailed, Organization, Throttled, Unavailable
from contactd_zoho.authorizer import ZohoAuthorizer
from fakes.books import refused
from fakes.consent import ACCESS, token
from fakes.http_script import Answer, Asked, HttpScript


def by_path(**answers: Answer) -> Callable[[Asked], Answer]:
    def answer(asked: Asked) -> Answer:
        return answers[asked.path.rsplit("/", 1)[1]]

    return answer


ORGANIZATIONS = Answer(
    {
        "code": 0,
        "message": "success",
        "organizations": [
            {"organization_id": "1", "name": "Old", "is_org_active": False},
            {"organization_id": 2, "name": "Second", "time_zone": "PST", "is_default_org": False, "new": {}},
            {"organization_id": "3", "name": "First", "time_zone": "Asia/Calcutta", "is_default_org": True},
        ],
    }
)


class TestOrganizations:
    def test_the_active_ones_are_listed(self, zoho: HttpScript, authorizer: ZohoAuthorizer) -> None:
        zoho.answer = lambda _: ORGANIZATIONS

        listed = authorizer.organizations(token(zoho))

        assert listed == [
            Organization("2", "Second", "PST", default=False),
            Organization("3", "First", "Asia/Calcutta", default=True),
        ]
        assert zoho.journal[0].target == "/books/v3/organizations"
        assert zoho.journal[0].headers["Authorization"] == f"Zoho-oauthtoken {ACCESS}"

    @pytest.mark.parametrize(
        ("answer", "kind"),
        [
            (refused(57, status=401), AuthFailed),
            (refused(43, status=429), Throttled),
            (Answer("", 500), Unavailable),
            (Answer("{", 200), Unavailable),
        ],
    )
    def test_a_refusal_is_told(
        self, zoho: HttpScript, authorizer: ZohoAuthorizer, answer: Answer, kind: type[Exception]
    ) -> None:
        zoho.answer = lambda _: answer

        with pytest.raises(kind):
            authorizer.organizations(token(zoho))


class TestAccount:
    def test_it_is_the_address_that_the_user_selected(self, zoho: HttpScript, authorizer: ZohoAuthorizer) -> None:
        addresses = [{"email": "a@example.com", "is_selected": False}, {"email": "b@example.com", "is_selected": True}]
        me = Answer({"code": 0, "user": {"user_id": "1", "email_ids": addresses}})
        zoho.answer = by_path(organizations=ORGANIZATIONS, me=me)

        assert authorizer.account(token(zoho)) == Account("b@example.com")
        assert zoho.journal[1].target == "/books/v3/users/me?organization_id=3"

    @pytest.mark.parametrize("me", [refused(57, status=401), Answer({"code": 0, "user": {}})])
    def test_where_the_product_does_not_tell_the_profile_does(
        self, zoho: HttpScript, authorizer: ZohoAuthorizer, me: Answer
    ) -> None:
        profile = Answer({"Email": "c@example.com", "ZUID": 7})
        zoho.answer = by_path(organizations=ORGANIZATIONS, me=me, info=profile)

        assert authorizer.account(token(zoho)) == Account("c@example.com")
        assert zoho.journal[2].target == "/oauth/user/info"

    def test_an_account_that_nobody_tells_asks_for_a_scope(self, zoho: HttpScript, authorizer: ZohoAuthorizer) -> None:
        denied = refused(57, status=401)
        zoho.answer = by_path(organizations=ORGANIZATIONS, me=denied, info=denied)

        with pytest.raises(AuthFailed) as fault:
            authorizer.account(token(zoho))

        assert "AaaServer.profile.READ" in str(fault.value)

    @pytest.mark.parametrize(("me", "kind"), [(refused(44, status=429), Throttled), (Answer("", 503), Unavailable)])
    def test_a_passing_trouble_is_not_taken_for_a_refusal(
        self, zoho: HttpScript, authorizer: ZohoAuthorizer, me: Answer, kind: type[Exception]
    ) -> None:
        zoho.answer = by_path(organizations=ORGANIZATIONS, me=me)

        with pytest.raises(kind):
            authorizer.account(token(zoho))

        assert len(zoho.journal) == 2
