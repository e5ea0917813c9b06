"""Deliberate misbehaviour: switches that a test sets before it looks how its client bears it."""

from pydantic import BaseModel, ConfigDict, Field


class HostFaults(BaseModel):
    """How the host misbehaves; the numbers count down to zero as requests come in."""

    model_config = ConfigDict(extra="forbid")

    #: The next so many list answers are cut in the middle.
    broken_json: int = 0
    #: Cases shown with a status that no document names.
    unknown_status: list[str] = Field(default_factory=list)
    #: Cases shown without one of their fields.
    missing_field: dict[str, str] = Field(default_factory=dict)
    #: Cases shown with a time of change that is no time.
    bad_time: list[str] = Field(default_factory=list)
    #: The next so many requests get 503 and do nothing.
    down: int = 0
    #: The next so many writes take effect and get 500.
    after_effect_500: int = 0


class CarrierFaults(BaseModel):
    """How the carrier misbehaves; the counters go down to zero as requests come in."""

    model_config = ConfigDict(extra="forbid")

    #: The next so many sends are accepted and get 500.
    after_effect_500: int = 0
    #: The next so many sends get 500 and do nothing.
    before_effect_500: int = 0
    #: The next so many requests get 503 and do nothing.
    down: int = 0
    #: Every send is accepted at once and answered after so many seconds of real time.
    hang_s: float = 0
    #: The next so many sends get 504, and are accepted `late_accept_s` later.
    late_accept: int = 0
    #: Seconds of world time after which a late accept is seen.
    late_accept_s: float = 60
    #: Every callback goes out so many times more.
    duplicate_callbacks: int = 0
    #: Callbacks that are due together go out last first.
    reorder_callbacks: bool = False


class Faults(BaseModel):
    """All switches; a part that is set replaces that part as a whole."""

    model_config = ConfigDict(extra="forbid")

    #: The host's switches.
    host: HostFaults = Field(default_factory=HostFaults)
    #: The carrier's switches.
    carrier: CarrierFaults = Field(default_factory=CarrierFaults)

    def take_over(self, other: "Faults") -> None:
        """Take the parts that were named when *other* was made; leave the rest as it is."""
        for part in other.model_fields_set:
            setattr(self, part, getattr(other, part))


def spend(faults: BaseModel, name: str) -> bool:
    """Count switch *name* down by one; return False when it already stood at zero."""
    left = int(getattr(faults, name))
    if left <= 0:
        return False
    setattr(faults, name, left - 1)
    return True
