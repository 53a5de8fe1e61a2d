"""An application, its role and its access key. Needs: an Orkes cluster, and a key with the role ADMIN."""

from cluster import cluster

from conductor_applications import ApplicationRole


def main() -> None:
    """Make an application for workers, give it a key, and take both back."""
    with cluster() as conductor:
        applications = conductor.applications
        application = applications.create_application("example workers")
        applications.add_application_role(application.id, ApplicationRole.WORKER)
        key = applications.create_access_key(application.id)
        print("a key with a secret:", bool(key.id))
        applications.delete_access_key(application.id, key.id)
        applications.delete_application(application.id)
        print("cleaned up")


if __name__ == "__main__":
    main()
