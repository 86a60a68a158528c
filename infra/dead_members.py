"""Takes a member whose process is gone out of its consumer group, which else waits until its session has run out.

LeaveGroup may be said by anybody for anybody (Kafka's own tool does so, KIP-571); the others divide what it held at
their next heartbeat.
"""

import asyncio

from aiokafka.client import AIOKafkaClient, CoordinationType
from aiokafka.errors import KafkaError, UnknownMemberIdError, for_code
from aiokafka.protocol.admin import DescribeGroupsRequest
from aiokafka.protocol.group import LeaveGroupRequest

from governance.errors import TransientError

WITHIN_S = 3.0
GONE = (0, UnknownMemberIdError.errno)  # another one that misses it may have been faster


async def bury(bootstrap_servers: str, group: str, client_id: str) -> int:
    """Take out every member that calls itself so; gives how many there were. Raises TransientError."""
    client = AIOKafkaClient(bootstrap_servers=bootstrap_servers, client_id="callwarden-burying")
    try:
        async with asyncio.timeout(WITHIN_S):
            await client.bootstrap()
            coordinator = await client.coordinator_lookup(CoordinationType.GROUP, group)
            described = await client.send(coordinator, DescribeGroupsRequest([group]))
            members = [one[0] for about in described.groups for one in about[5] if one[1] == client_id]
            for member in members:
                answer = await client.send(coordinator, LeaveGroupRequest(group, member))
                if answer.error_code not in GONE:
                    raise for_code(answer.error_code)
    except (KafkaError, OSError, TimeoutError) as failed:
        raise TransientError(f"the broker did not take a member out of {group}: {type(failed).__name__}") from None
    finally:
        await client.close()
    return len(members)
