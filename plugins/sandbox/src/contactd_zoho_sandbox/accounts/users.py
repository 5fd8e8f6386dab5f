"""The people to whom everything in the sandbox belongs: one in each data center."""

from msgspec import Struct


class User(Struct, frozen=True, kw_only=True):
    """The owner of the account: signs in, gives grants, is a member of every organization."""

    zuid: int = 700_112_358
    user_id: str = "4815161999000000001"
    first_name: str = "Andrea"
    last_name: str = "Adams"
    email: str = "andrea@chinookcorp.com"
    created_time: str = "2020-11-02T09:00:00-0500"

    @property
    def display_name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


#: Who has an account in the other data center.
CANADIAN = User(
    zuid=700_998_421,
    user_id="4815161999000000901",
    first_name="Camille",
    last_name="Tremblay",
    email="camille@mapleleafrecords.ca",
)


def user_info(user: User) -> dict[str, object]:
    """Return *user* as `/oauth/user/info` of Zoho Accounts shows it."""
    return {
        "First_Name": user.first_name,
        "Last_Name": user.last_name,
        "Email": user.email,
        "Display_Name": user.display_name,
        "ZUID": user.zuid,
    }


def user_me(user: User) -> dict[str, object]:
    """Return *user* as `/users/me` of the products shows it."""
    return {
        "user_id": user.user_id,
        "name": user.display_name,
        "email_ids": [{"email": user.email, "is_selected": True}],
        "status": "active",
        "user_role": "admin",
        "user_type": "zoho",
        "role_id": "4815161999000000002",
        "cost_rate": "",
        "photo_url": "",
        "is_employee": False,
        "created_time": user.created_time,
        "custom_fields": [],
    }
