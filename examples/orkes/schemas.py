"""JSON schemas that inputs and outputs are checked against. Needs: an Orkes cluster."""

from cluster import cluster

from conductor_schemas import SchemaDef, SchemaType

ORDER = SchemaDef(
    name="example_order",
    version=1,
    type=SchemaType.JSON,
    data={"type": "object", "required": ["amount"], "properties": {"amount": {"type": "number"}}},
)


def main() -> None:
    """Store a schema, read it, delete it."""
    with cluster() as conductor:
        conductor.schemas.register_schema(ORDER)
        print("stored:", bool(conductor.schemas.get_schema("example_order", 1).name))
        conductor.schemas.delete_schema("example_order", 1)
        print("cleaned up")


if __name__ == "__main__":
    main()
