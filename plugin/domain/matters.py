"""What a case can be, where a case goes that no council may have, and which council has which matter."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Matter(StrEnum):
    """Whose business a case is."""

    #: 公事: government, a utility or the law has to act or decide; reaches beyond one community.
    PUBLIC = "public"
    #: 共事: the residents of one estate or one community share it.
    SHARED = "shared"
    #: 家事: one household's own affairs, or those of the neighbours of one building.
    FAMILY = "family"
    #: 不入会: no council may have it; somebody else must act.
    DIVERT = "divert"


class Divert(StrEnum):
    """Why a case goes to no council, and so to whom it goes instead."""

    #: Somebody or something is in danger now: 119, 120, the gas supplier, the command centre.
    EMERGENCY = "emergency"
    #: A crime or an offence against public order is told or feared: police.
    CRIME = "crime"
    #: A victim, a minor or a person in acute distress needs protecting: the duty officer, in silence.
    PROTECTION = "protection"
    #: A court, an arbitration, a petition or a discipline body has it or must have it.
    STATUTORY = "statutory"
    #: Somebody only asks for information: the service desk answers.
    ENQUIRY = "enquiry"
    #: There is nothing to judge: too short, or no words.
    EMPTY = "empty"


class CouncilKind(StrEnum):
    """The three councils, by reach."""

    #: 街道联席会: the street with its partner units.
    JOINT = "joint"
    #: 社区评议会: one community.
    COMMUNITY = "community"
    #: 网格邻里会: one grid, or the neighbours of one building.
    NEIGHBOURHOOD = "neighbourhood"


#: The council of each matter; DIVERT has none on purpose.
COUNCIL_OF: Mapping[Matter, CouncilKind] = MappingProxyType(
    {
        Matter.PUBLIC: CouncilKind.JOINT,
        Matter.SHARED: CouncilKind.COMMUNITY,
        Matter.FAMILY: CouncilKind.NEIGHBOURHOOD,
    }
)
