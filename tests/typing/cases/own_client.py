"""A client class of somebody else's, through ``conductor.client``, on both faces."""

from conductor_core import Api, AsyncConductor, Call, Conductor, Face, endpoint, get


class QueueApi(Api[Face], name="acme_queue"):
    @endpoint
    def size(self, queue: str, *, exact: bool = False) -> Call[int]:
        return get("/acme/queue/{}", queue, query={"exact": exact}, returns=int)


def blocking(conductor: Conductor) -> None:
    queues = conductor.client(QueueApi)
    reveal_type(queues.size("orders"))  # revealed: int
    reveal_type(queues.size(queue="orders", exact=True))  # revealed: int
    queues.size(7)  # error: [Ii]ncompatible|cannot be assigned
    queues.size()  # error: [Mm]issing|Too few
    queues.size("orders", exactly=True)  # error: [Uu]nexpected keyword|No parameter named
    queues.length("orders")  # error: no attribute|Cannot access attribute


async def awaiting(conductor: AsyncConductor) -> None:
    queues = conductor.client(QueueApi)
    reveal_type(await queues.size("orders"))  # revealed: int
    size: int = queues.size("orders")  # error: [Ii]ncompatible|is not assignable
    await queues.size(7)  # error: [Ii]ncompatible|cannot be assigned
