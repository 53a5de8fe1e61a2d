"""Users, groups and who may do what. Needs: an Orkes cluster, and a key with the role ADMIN."""

from cluster import cluster

from conductor_authorization import (
    AccessType,
    AuthorizationRequest,
    SubjectRef,
    SubjectType,
    TargetRef,
    TargetType,
    UpsertGroupRequest,
    UpsertUserRequest,
)


def main() -> None:
    """Make a group with one user, let it run one workflow, and take all of it back."""
    with cluster() as conductor:
        people = conductor.authorization
        people.upsert_user("ada@example.com", UpsertUserRequest(name="Ada", roles=["USER"]))
        people.upsert_group("billing", UpsertGroupRequest(description="People of billing", roles=["USER"]))
        people.add_user_to_group("billing", "ada@example.com")
        may_run = AuthorizationRequest(
            subject=SubjectRef(type=SubjectType.GROUP, id="billing"),
            target=TargetRef(type=TargetType.WORKFLOW_DEF, id="orders"),
            access=[AccessType.READ, AccessType.EXECUTE],
        )
        people.grant_permissions(may_run)
        print("members:", len(people.get_users_in_group("billing")))
        people.remove_permissions(may_run)
        people.remove_user_from_group("billing", "ada@example.com")
        people.delete_group("billing")
        people.delete_user("ada@example.com")
        print("cleaned up")


if __name__ == "__main__":
    main()
