"""Secrets and environment variables of the cluster. Needs: an Orkes cluster."""

from cluster import cluster


def main() -> None:
    """Store a secret and a variable; workflows read them as ${workflow.secrets.NAME} and ${workflow.env.NAME}."""
    with cluster() as conductor:
        secrets = conductor.secrets
        secrets.put_secret("example_password", "from your vault")
        secrets.put_variable("example_region", "eu")
        print("there:", secrets.secret_exists("example_password"))
        secrets.delete_secret("example_password")
        secrets.delete_variable("example_region")
        print("cleaned up")


if __name__ == "__main__":
    main()
