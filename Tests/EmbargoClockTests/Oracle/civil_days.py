"""Days and years as python-dateutil and zoneinfo know them: nothing of the Swift code, and another way to the same numbers.

Run alone it answers questions: a JSON list of {zone, at, years, date} on the path given, where `at` is in milliseconds from 1970.
"""

import datetime
import functools
import json
import sys
import zoneinfo

from dateutil.relativedelta import relativedelta

UTC = datetime.timezone.utc
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=UTC)
SECOND = datetime.timedelta(seconds=1)


def instant(milliseconds):
    return EPOCH + datetime.timedelta(milliseconds=milliseconds)


def milliseconds(moment):
    return (moment - EPOCH) // datetime.timedelta(milliseconds=1)


@functools.cache
def zone(name):
    return zoneinfo.ZoneInfo(name)


def local_date(name, moment):
    return moment.astimezone(zone(name)).date()


def add_years(date, years):
    return date + relativedelta(years=years)


@functools.cache
def start_of_day(name, date):
    """The first moment whose local date is `date` or later, found by looking at the clock, not by rules about changes."""
    midnight = datetime.datetime(date.year, date.month, date.day, tzinfo=UTC)
    first, steps = midnight - datetime.timedelta(hours=27), 54 * 4
    quarter = datetime.timedelta(minutes=15)
    offsets = {(first + number * quarter).astimezone(zone(name)).utcoffset() for number in range(steps + 1)}
    if len(offsets) == 1:
        return midnight - offsets.pop()
    # Something changes near this day: minute by minute, then second by second in the minute before.
    moment = first
    while local_date(name, moment) < date:
        moment += 60 * SECOND
    while local_date(name, moment - SECOND) >= date:
        moment -= SECOND
    return moment


def main():
    with open(sys.argv[1]) as file:
        questions = json.load(file)
    answers = []
    for question in questions:
        name = question["zone"]
        date = datetime.date.fromisoformat(question["date"])
        later = add_years(date, question["years"])
        answers.append({
            "localDate": local_date(name, instant(question["at"])).isoformat(),
            "later": later.isoformat(),
            "begins": milliseconds(start_of_day(name, later + datetime.timedelta(days=1))),
        })
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
