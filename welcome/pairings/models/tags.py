"""Why this room keeps what it keeps, who may see it, and how long."""

from welcome.database import Audience, Retention, Tag

OFFER = Tag("say what a programme offers and by which rules", Audience.MEMBERS, Retention.REFERENCE)
STEERING = Tag("steer a programme's matching", Audience.STAFF, Retention.REFERENCE)
JOINING = Tag("match those who asked for it, in the role they chose", Audience.OWNER, Retention.ACCOUNT)
ASKING = Tag("let one member ask another, and show where that stands", Audience.COUNTERPART, Retention.ACCOUNT)
DISTANCE = Tag("not to suggest again whom a member does not want to see", Audience.OWNER, Retention.ACCOUNT)
FAIRNESS = Tag("show everybody about equally often", Audience.SYSTEM, Retention.WEEKS)
ROUND = Tag("prove and reproduce how a round was made", Audience.STAFF, Retention.SAFETY)
INPUTS = Tag("run a round again within a week, to prove it", Audience.SYSTEM, Retention.WEEKS)
ARRANGED = Tag("let a coordinator bring two together in a round, or keep them apart", Audience.STAFF, Retention.ACCOUNT)
PAIR = Tag("bring two people together and keep their history", Audience.COUNTERPART, Retention.ACCOUNT)
CIRCLE = Tag("bring a few people together around something they all like", Audience.COUNTERPART, Retention.ACCOUNT)
SEAT = Tag("know who is in a circle, and who was asked", Audience.OWNER, Retention.ACCOUNT)
VETTING = Tag("know that a mentor was met and trained before others meet them", Audience.STAFF, Retention.ACCOUNT)
PRIVATE = Tag("learn whether meetings happen", Audience.OWNER, Retention.ACCOUNT)
CLOSURE = Tag("learn why a match ended, without blame", Audience.OWNER, Retention.ACCOUNT)

#: A no is silent, also in the data that its other side takes along (see ``accounts.export``).
UNSAID = {"unsaid": True}
