"""実績値 and 実人数: published results, figures by hand and records, no day counted twice.

Source: docs/rules/plan-indicators.md.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from kyodo_match.core.fiscal_year import FiscalYear
from kyodo_match.plans.rules import evidence
from kyodo_match.plans.rules.definition import (
    Aggregation,
    Indicator,
    People,
    PlanDefinition,
    Source,
)
from kyodo_match.plans.rules.evidence import ONE_DAY, Day, Evidence, Span, fraction


@dataclass(frozen=True)
class Count:
    """A counted value: up to which day it is known, and how much of it was published."""

    value: Fraction
    until: date
    published: Fraction | None = None
    published_until: date | None = None


@dataclass(frozen=True)
class Counter:
    """Counts one indicator of a plan from its evidence."""

    plan: PlanDefinition
    indicator: Indicator
    evidence: Evidence

    @property
    def records_from(self) -> date:
        return evidence.records_from(self.plan, self.indicator, self.evidence.records_from)

    def value(self, as_of: date) -> Count | None:
        """実績値 as of a day, or None where it is not known."""
        if as_of < self.plan.first_day:
            return None
        day = min(as_of, self.plan.last_day)
        if self.indicator.aggregation is Aggregation.LATEST:
            return self.newest(day)
        return self.between(self._period_start(day), day)

    def same_day_of_year_before(self, as_of: date) -> Count | None:
        """What a yearly indicator had reached one year before to the day, if that is known."""
        try:
            before = as_of.replace(year=as_of.year - 1)
        except ValueError:  # 29 February
            before = as_of.replace(year=as_of.year - 1, day=28)
        count = self.between(FiscalYear.of(before).first_day, before)
        return count if count and count.until == before else None

    def by_fiscal_year(self, as_of: date) -> dict[int, Fraction]:
        """Each year's own contribution, for `latest` its value at the end.

        A year that is not known is absent, and so is one that is over and known in part only.
        """
        years: dict[int, Fraction] = {}
        end = min(as_of, self.plan.last_day)
        for number in range(self.plan.first_fiscal_year, FiscalYear.of(end).year + 1):
            year = FiscalYear(number)
            last = min(year.last_day, end)
            if self.indicator.aggregation is Aggregation.LATEST:
                count = self.newest(last)
            else:
                count = self.between(year.first_day, last)
                if count and last not in (count.until, end):
                    count = None
            if count:
                years[number] = count.value
        return years

    def newest(self, day: date) -> Count | None:
        """The newest known value on or before a day: published until records count, then those."""
        if self.evidence.count_on is not None and day >= self.records_from:
            return self._scaled(Fraction(self.evidence.count_on(day)), day)
        found: Count | None = None
        for known in self.indicator.known:
            if known.day <= day and (found is None or known.day > found.until):
                found = _published(fraction(known.value), known.day)
        if self.evidence.count_on is not None:
            return found
        by_hand: Count | None = None
        for figure in self.evidence.figures:  # of several for the same day the last one stands
            if figure.day <= day and (by_hand is None or figure.day >= by_hand.until):
                by_hand = self._scaled(fraction(figure.value), figure.day) or by_hand
        if by_hand and (found is None or by_hand.until > found.until):
            return by_hand
        return found

    def between(self, first: date, last: date) -> Count | None:
        """What was reached from one day to another, or None where that is not known."""
        if self.evidence.days is None:
            return self._by_hand(first, last)
        after, border = last + ONE_DAY, self.records_from
        if first >= border:
            return self._recorded(first, after)
        published = self._published_sums(first)
        ends = [day for day in published if first < day <= min(after, border)]
        if after <= border:
            return _published(published[max(ends)], max(ends) - ONE_DAY) if ends else None
        if border not in ends:
            return None
        head, tail = published[border], self._recorded(border, after)
        if tail is None or (head and self._is_unique and self._adds_years(border, after, first)):
            return None
        return Count(
            value=head + tail.value,
            until=last,
            published=head,
            published_until=border - ONE_DAY,
        )

    def people(self, as_of: date) -> Count | None:
        """実人数 over the same days as the value, where they were all counted here."""
        if self.indicator.source is not Source.ATTENDANCE or as_of < self.plan.first_day:
            return None
        if self._is_unique:
            return self.value(as_of)
        day = min(as_of, self.plan.last_day)
        first, after = self._period_start(day), day + ONE_DAY
        if self.evidence.days is None or first < self.records_from:
            return None
        distinct = self._distinct(first, after)
        return None if distinct is None else Count(value=Fraction(distinct), until=day)

    def people_by_fiscal_year(self, as_of: date) -> dict[int, Fraction]:
        """実人数 of each year by itself, where all of it was counted here; never added up."""
        years: dict[int, Fraction] = {}
        end = min(as_of, self.plan.last_day)
        if self.indicator.source is not Source.ATTENDANCE or self.evidence.days is None:
            return years
        for number in range(self.plan.first_fiscal_year, FiscalYear.of(end).year + 1):
            year = FiscalYear(number)
            if year.first_day < self.records_from:
                continue
            distinct = self._distinct(year.first_day, min(year.last_day, end) + ONE_DAY)
            if distinct is not None:
                years[number] = Fraction(distinct)
        return years

    def has_imported_people(self, as_of: date) -> bool:
        """Whether 実人数 contains people that were imported as a number, and not by name."""
        day = min(as_of, self.plan.last_day)
        first = max(self._period_start(day), self.records_from)
        return any(each.imported_people for each in self._days(first, day + ONE_DAY))

    @property
    def _is_unique(self) -> bool:
        return self.indicator.people is People.UNIQUE

    def _period_start(self, day: date) -> date:
        """The first day that counts: of the plan where it sums up, else of the fiscal year."""
        if self.indicator.aggregation is Aggregation.CUMULATIVE:
            return self.plan.first_day
        return FiscalYear.of(day).first_day

    def _published_sums(self, first: date) -> dict[date, Fraction]:
        """What the published results up to `records_from` say about the days since `first`."""
        spans = [evidence.span(self.plan, self.indicator, each) for each in self.indicator.known]
        counting = [each for each in spans if each.after <= self.records_from]
        return evidence.sums(counting, {first: Fraction(0)})

    def _by_hand(self, first: date, last: date) -> Count | None:
        """The newest result, where no records count: published, or entered by hand after that."""
        published = self._published_sums(first)
        # The last figure entered for the same days stands; a published one comes before it.
        entered = {(each.first, each.after): each for each in self._entered()}
        known = evidence.sums(entered.values(), published)
        ends = [day for day in known if first < day <= last + ONE_DAY]
        if not ends:
            return None
        borders = [day for day in ends if day in published]
        return Count(
            value=known[max(ends)],
            until=max(ends) - ONE_DAY,
            published=published[max(borders)] if borders else None,
            published_until=max(borders) - ONE_DAY if borders else None,
        )

    def _entered(self) -> list[Span]:
        spans = []
        for figure in self.evidence.figures:
            span = evidence.span(self.plan, self.indicator, figure)
            count = self._scaled(span.value, figure.day)
            if count:
                spans.append(Span(first=span.first, after=span.after, value=count.value))
        return spans

    def _recorded(self, first: date, after: date) -> Count | None:
        """What the records say for the days from `first` to the one before `after`."""
        if self.indicator.source is Source.EVENTS_HELD:
            counted: int | None = sum(1 for each in self._days(first, after) if each.visits > 0)
        elif self._is_unique:
            counted = self._distinct(first, after)
        else:
            counted = sum(each.visits for each in self._days(first, after))
        return None if counted is None else self._scaled(Fraction(counted), after - ONE_DAY)

    def _days(self, first: date, after: date) -> list[Day]:
        return [each for each in self.evidence.days or () if first <= each.day < after]

    def _distinct(self, first: date, after: date) -> int | None:
        """Each named person once, and imported numbers; None where that would add up years."""
        days = self._days(first, after)
        numbers = sum(each.imported_people for each in days)
        if numbers and self._adds_years(first, after):
            return None
        return len(frozenset[str]().union(*(each.person_keys for each in days))) + numbers

    def _adds_years(self, first: date, after: date, published_since: date | None = None) -> bool:
        """Whether people of several years would be added up, which 実人数 never is.

        Named people are told apart over any time; those in a published or imported number are not.
        """
        counted = [
            each.day
            for each in self._days(first, after)
            if each.person_keys or each.imported_people
        ]
        if published_since is not None and counted:
            counted += [published_since, first - ONE_DAY]
        return len({FiscalYear.of(day) for day in counted}) > 1

    def _scaled(self, counted: Fraction, day: date) -> Count | None:
        """A count as it is, or per so many residents of 1 April; unknown without their number."""
        if self.indicator.per_residents is None:
            return Count(value=counted, until=day)
        residents = self.evidence.residents.get(FiscalYear.of(day).year)
        if not residents:
            return None
        return Count(value=counted * self.indicator.per_residents / residents, until=day)


def _published(value: Fraction, day: date) -> Count:
    return Count(value=value, until=day, published=value, published_until=day)
