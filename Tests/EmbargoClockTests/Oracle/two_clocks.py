"""The two clocks told once more, as a simulation: facts change by events, and between two events the moments are tried at which data
could open. Reads stories (a JSON list on the path given) and prints, for each event, whether it is accepted and where the record stands.
"""

import datetime
import json
import sys

from civil_days import add_years, instant, local_date, milliseconds, start_of_day

DAY = datetime.timedelta(days=1)
AUTHORITIES = ("curator", "director")
TEAM = ("principalInvestigator", "deputy", "mainProposer", "teamMember")


class Refused(Exception):
    pass


def need(condition):
    if not condition:
        raise Refused


class Record:
    def __init__(self, story):
        self.zone = story["zone"]
        self.policy = self.open_policy = self.keep_policy = story["policy"]
        self.kind = story["kind"]
        self.planned_end = instant(story["plannedEnd"]) if self.kind == "session" else None
        self.collecting = self.kind == "session"
        self.anchor = local_date(self.zone, instant(story["ended"])) if self.kind == "run" else None
        self.n = 0
        self.rank = 1
        self.request = self.release = self.withdrawn = self.purge = self.purged = None
        self.opened = self.audience = None
        self.recorded = False
        self.holds = {}
        self.now = instant(story["at"])
        self.count = 1
        self.advance(self.now)

    # Dates.

    def begins(self, date):
        return start_of_day(self.zone, date)

    def last_closed(self):
        return add_years(self.anchor, self.open_policy["embargoYears"] + self.n)

    def opens(self, more=0):
        return self.begins(self.last_closed() + (1 + more) * DAY)

    def grace_ends(self):
        return self.opens(self.policy["grace"])

    def release_opens(self):
        return self.begins(self.release["day"] + 1 * DAY)

    def kept_until(self):
        years = max(self.keep_policy["retentionYears"], self.open_policy["embargoYears"] + self.n + 1)
        last = add_years(self.anchor, years)
        if self.opened is not None:
            closed = local_date(self.zone, self.opened - datetime.timedelta(milliseconds=1))
            last = max(last, add_years(closed, 1))
        return self.begins(last + DAY)

    # Time.

    def is_open(self, moment):
        if self.opened is not None:
            return True
        if self.kind == "proprietary" or self.collecting or self.withdrawn:
            return False
        if any(hold["closes"] for hold in self.holds.values()):
            return False
        if self.request is not None:
            return moment >= self.grace_ends()
        if self.release is not None and not self.release["objectors"] and moment >= self.release_opens():
            return True
        return moment >= self.opens()

    def next_opening(self, since):
        if self.opened is not None:
            return self.opened
        tries = [since]
        if self.anchor is not None:
            tries += [self.opens(), self.grace_ends()]
        if self.release is not None:
            tries.append(self.release_opens())
        for moment in sorted(tries):
            if moment >= since and self.is_open(moment):
                return moment
        return None

    def advance(self, moment):
        opening = self.next_opening(self.now)
        if self.opened is None and opening is not None and opening <= moment:
            self.opened = opening
            self.audience = self.policy["access"]
            self.request = self.release = None
        self.now = moment

    # Events.

    def tell(self, event):
        moment = instant(event["at"])
        # Time passes, whatever becomes of the event.
        self.advance(moment)
        before = dict(self.__dict__, holds=dict(self.holds))
        before["release"] = self.release and dict(self.release, objectors=list(self.release["objectors"]))
        try:
            need(self.purged is None)
            need(event.get("reason", "x").strip() != "")
            was_ahead = self.anchor is not None and self.opens() > moment
            getattr(self, event["event"])(event, event["person"], event["role"])
            if event["event"] in ("policyChanged", "anchorCorrected") and self.opened is None:
                need(not self.is_open(moment) and not (was_ahead and self.opens() <= moment))
            self.count += 1
            self.advance(moment)
            return True
        except Refused:
            self.__dict__.update(before)
            return False

    def embargoed(self):
        return self.kind != "proprietary" and not self.collecting and self.opened is None and not self.withdrawn

    def movable(self):
        return self.kind != "proprietary" and self.opened is None and not self.withdrawn

    def runEnded(self, event, person, role):
        need(role in AUTHORITIES + ("system", "beamlineStaff"))
        need(self.kind == "session" and self.movable() and instant(event["ended"]) <= self.now + DAY)
        day = local_date(self.zone, instant(event["ended"]))
        need(self.collecting or day > self.anchor)
        self.anchor = max(day, self.anchor or day)

    def sessionClosed(self, event, person, role):
        need(role in AUTHORITIES + ("system", "beamlineStaff"))
        need(self.collecting and self.anchor is not None)
        need(role != "system" or self.now >= self.planned_end + 7 * DAY)
        self.collecting = False

    def plannedEndMoved(self, event, person, role):
        need(role in AUTHORITIES + ("system", "beamlineStaff"))
        need(self.collecting and instant(event["to"]) != self.planned_end)
        self.planned_end = instant(event["to"])

    def anchorCorrected(self, event, person, role):
        day = local_date(self.zone, instant(event["ended"]))
        need(role == "curator" and self.movable() and self.anchor not in (None, day))
        need(instant(event["ended"]) <= self.now + DAY)
        self.anchor = day

    def rightsPassed(self, event, person, role):
        need(role in AUTHORITIES and self.kind != "proprietary" and event["to"] > self.rank)
        self.rank = event["to"]

    def holder(self, role):
        ranks = {"principalInvestigator": 1, "deputy": 1, "mainProposer": 2, "majority": 3, "curator": 4}
        return ranks.get(role, 9) <= self.rank

    def extensionAsked(self, event, person, role):
        need(role == "curator" if event["proposal"] == "absent" else self.holder(role))
        need(self.embargoed() and self.request is None)
        need(self.n < (3 if self.policy["third"] else 2))
        need(self.now < self.opens(-self.policy["askingDeadlineDays"]))
        self.request = person

    def undecided(self):
        need(self.request is not None and self.now < self.grace_ends())

    def decide(self, person, role):
        self.undecided()
        need(role == ("director" if self.n >= 2 else "curator") and person != self.request)
        self.request = None

    def extensionGranted(self, event, person, role):
        self.decide(person, role)
        self.n += 1
        self.release = None
        need(self.opens() > self.now)

    def extensionRefused(self, event, person, role):
        self.decide(person, role)

    def extensionWithdrawn(self, event, person, role):
        self.undecided()
        need(person == self.request or (role != "curator" and self.holder(role)))
        self.request = None

    def earlyReleaseAsked(self, event, person, role):
        need(role in TEAM and self.embargoed() and self.request is None and self.release is None)
        need(event["licence"] == "CC-BY-4.0")
        day = local_date(self.zone, self.now) + self.policy["objectionDays"] * DAY
        self.release = {"person": person, "day": day, "objectors": []}

    def objectionRaised(self, event, person, role):
        need(role in TEAM and self.embargoed() and self.release is not None and self.now < self.release_opens())
        self.release["objectors"].append(person)

    def settled(self, person, role):
        need(role == "curator" and self.embargoed() and self.release is not None and self.release["objectors"])
        need(person != self.release["person"] and person not in self.release["objectors"])

    def objectionUpheld(self, event, person, role):
        self.settled(person, role)
        self.release = None

    def objectionOverruled(self, event, person, role):
        self.settled(person, role)
        self.release["objectors"] = []

    def openedEvent(self, event, person, role):
        need(role in ("system", "curator") and self.opened is not None and not self.withdrawn and not self.recorded)
        self.recorded = True

    def hold(self, event, role, closes):
        need(role in AUTHORITIES and self.begins(datetime.date.fromisoformat(event["reviewOn"])) > self.now)
        self.holds[self.count] = {"closes": closes}

    def holdSet(self, event, person, role):
        need(self.opened is None)
        self.hold(event, role, True)

    def purgeHoldSet(self, event, person, role):
        self.hold(event, role, False)

    def holdLifted(self, event, person, role):
        need(role in AUTHORITIES and event["hold"] in self.holds)
        del self.holds[event["hold"]]

    def withdrawnEvent(self, event, person, role):
        need({role, event["secondRole"]} == {"curator", "director"} and person != event["secondPerson"])
        need(self.kind != "proprietary" and not self.collecting and not self.withdrawn)
        self.withdrawn = True
        self.request = self.release = None

    def policyChanged(self, event, person, role):
        need(role in AUTHORITIES and event["policy"]["version"] != self.policy["version"])
        is_ahead = self.anchor is None or self.kind == "proprietary" or self.kept_until() > self.now
        self.policy = event["policy"]
        if self.opened is None:
            self.open_policy = self.policy
        if is_ahead:
            self.keep_policy = self.policy

    def purgeProposed(self, event, person, role):
        need(role == "curator" and not self.holds and (self.opened is not None or self.withdrawn) and self.purge is None)
        need(self.now >= self.kept_until())
        day = local_date(self.zone, self.now) + (self.policy["purgeNoticeDays"] + 1) * DAY
        self.purge = {"person": person, "confirmed": False, "from": self.begins(day)}

    def purgeConfirmed(self, event, person, role):
        need(role in AUTHORITIES and not self.holds and self.purge is not None)
        need(not self.purge["confirmed"] and person != self.purge["person"])
        self.purge = dict(self.purge, confirmed=True)

    def purgeCancelled(self, event, person, role):
        need(role in AUTHORITIES and self.purge is not None)
        self.purge = None

    def purgedEvent(self, event, person, role):
        need(role in ("system", "curator") and not self.holds and self.purge is not None and self.purge["confirmed"])
        need(self.now >= self.purge["from"] and event["leases"] == 0)
        self.purged = self.now

    # What it says.

    def state(self):
        if self.withdrawn:
            return "withdrawn"
        if self.purged is not None:
            return "purged"
        if self.opened is not None:
            return "open"
        if self.kind == "proprietary":
            state = "proprietary"
        elif self.collecting:
            state = "collecting"
        else:
            is_pending = self.request is not None and self.now < self.opens()
            state = ("pending " if is_pending else "embargoed ") + str(self.n)
        return "held " + state if any(hold["closes"] for hold in self.holds.values()) else state

    def retention(self):
        if self.purged is not None:
            return "purged"
        if self.kind == "proprietary":
            return "outside"
        if self.collecting:
            return "not started"
        if self.purge is not None:
            return f"notice {milliseconds(self.purge['from'])} {'confirmed' if self.purge['confirmed'] else 'proposed'}"
        return "kept" if self.now < self.kept_until() else f"due {milliseconds(self.kept_until())}"

    def closed_until(self):
        opening = None if self.withdrawn else self.next_opening(self.now)
        return "never" if opening is None else str(milliseconds(opening))

    def readers(self):
        state = self.state().removeprefix("held ").split()[0]
        if state in ("open", "purged"):
            audience = {"open": "everyone", "registered": "registered"}[self.audience]
            return ("nobody " if state == "purged" else audience + " ") + audience
        return {
            "collecting": "teamAndBeamlineStaff teamAndBeamlineStaff",
            "proprietary": "payer payer",
            "withdrawn": "nobody nobody",
        }.get(state, "teamSharedAndStaff teamSharedAndStaff")

    def first_open_day(self):
        if self.opened is not None:
            return str(local_date(self.zone, self.opened))
        if self.next_opening(self.now) is None:
            return "never"
        if self.request is not None and self.now < self.opens():
            return str(local_date(self.zone, self.opens()))
        return str(local_date(self.zone, self.next_opening(self.now)))

    def answer(self, accepted):
        return [accepted, self.state(), self.retention(), self.closed_until(), self.readers(), self.first_open_day()]


def main():
    with open(sys.argv[1]) as file:
        stories = json.load(file)
    answers = []
    for story in stories:
        record = Record(story)
        told = [record.answer(True)]
        told += [record.answer(record.tell(event)) for event in story["events"]]
        answers.append(told)
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
