"""The words of plans: labels, refusals, numbers."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from kyodo_match.core import dates
from kyodo_match.core.fiscal_year import FiscalYear, wareki_year
from kyodo_match.core.i18n import _
from kyodo_match.core.messages import explain
from kyodo_match.plans.errors import (
    CountedFromRecords,
    DefinitionRefused,
    FigureAlreadyPublished,
    FigureOutsidePlan,
    FigureTooEarly,
    FileRefused,
    IndicatorUnknown,
    KeyRefused,
    NotToml,
    PlanUnknown,
    Problem,
    RecordsFromRefused,
    Unreadable,
)
from kyodo_match.plans.rules.changes import Change
from kyodo_match.plans.rules.course import Course, Point, month_end
from kyodo_match.plans.rules.definition import (
    Aggregation,
    Indicator,
    Number,
    Outcome,
    People,
    Source,
)
from kyodo_match.plans.rules.results import IndicatorResult, Line, Step
from kyodo_match.plans.services import Imported


def outcome_label(outcome: Outcome) -> str:
    """達成・順調・未達成の見込み…, as the page prints it."""
    return {
        Outcome.MET: _("達成"),
        Outcome.ON_TRACK: _("順調"),
        Outcome.OFF_TRACK: _("未達成の見込み"),
        Outcome.MISSED: _("未達成"),
        Outcome.UNKNOWN: _("判断できません"),
    }[outcome]


def outcome_kind(outcome: Outcome) -> str:
    """The badge of an outcome."""
    return {
        Outcome.MET: "done",
        Outcome.ON_TRACK: "open",
        Outcome.OFF_TRACK: "few",
        Outcome.MISSED: "full",
        Outcome.UNKNOWN: "closed",
    }[outcome]


def aggregation_label(aggregation: Aggregation) -> str:
    """How the number adds up, in plain words."""
    return {
        Aggregation.ANNUAL: _("年度ごとに数えます（4月から翌年3月まで）"),
        Aggregation.CUMULATIVE: _("計画の初日からの累計です"),
        Aggregation.LATEST: _("その時点の数です"),
    }[aggregation]


def source_label(source: Source) -> str:
    """Where the number comes from."""
    return {
        Source.ATTENDANCE: _("参加実績から自動で数えます"),
        Source.EVENTS_HELD: _("開催の実績から自動で数えます"),
        Source.GROUP_REGISTER: _("団体の登録から自動で数えます"),
        Source.CONSULTATIONS: _("相談の件数（担当課が入力）"),
        Source.ENTRY_SHEETS: _("エントリーシートの件数（担当課が入力）"),
        Source.COLLABORATION_PROJECTS: _("連携・協働事業の件数（担当課が入力）"),
        Source.GRANTS: _("補助の件数（担当課が入力）"),
        Source.FACILITY_VISITS: _("施設の利用件数（担当課が入力）"),
        Source.MANUAL: _("担当課が調べて入力します"),
    }[source]


def number(value: Number) -> str:
    """1,234 as it is read; a fraction with one decimal, a half rounded up by the rules before."""
    return f"{value:,.1f}" if isinstance(value, float) and value % 1 else f"{int(value):,}"


def fiscal_year(year: int) -> str:
    """令和7年度."""
    return str(FiscalYear(year))


def step_label(line: Line) -> str:
    """現状値, 実績, or the target by the name that the document gives it."""
    return {
        Step.BASELINE: _("現状値"),
        Step.YEAR: _("実績"),
        Step.RUNNING: _("実績（途中）"),
        Step.PART: _("その年度の分"),
        Step.TOTAL: _("実績（累計）"),
        Step.TARGET: line.name or _("目標値"),
    }[line.step]


def up_to_hint(indicator: Indicator) -> str:
    """What a figure up to a day contains, said beside the field."""
    if indicator.aggregation is Aggregation.CUMULATIVE:
        return _("計画の初日からその日までの累計を入力してください。公表値の分も含みます。")
    if indicator.aggregation is Aggregation.ANNUAL:
        return _("その年度の4月1日から、その日までの値を入力してください。")
    return _("その日現在の値を入力してください。")


def year_label(year: int) -> str:
    """令和7年度（2025年度）."""
    return _("%(era)s（%(year)s年度）", era=FiscalYear(year), year=year)


def point_label(fiscal_year: int | None, as_of: date | None) -> str:
    """When a value is of: a fiscal year as a whole, or a day."""
    if as_of is not None:
        return _("%(day)s現在", day=dates.day(as_of))
    return str(FiscalYear(fiscal_year or 0))


def records_from_choice(day: date, *, is_default: bool) -> str:
    """One of the days from which records may count."""
    if is_default:
        return _("%(day)sから（公表された実績値のあと）", day=dates.day(day))
    return _("%(day)sから", day=dates.day(day))


def plain_unit(indicator: Indicator) -> str:
    """人 of 人/年: a sum within a year that is said to be one carries the unit alone."""
    return indicator.unit.removesuffix("/年")


def on_day(day: date) -> str:
    """9月末現在, or 11月22日現在: the day up to which a number of a running year is counted."""
    if day == month_end(day):
        return _("%(month)s月末現在", month=day.month)
    return _("%(month)s月%(day)s日現在", month=day.month, day=day.day)


def sentence(result: IndicatorResult, today: date) -> str:
    """What staff copy into an answer to the council; blank where nothing is known.

    本年度12人／目標23人（前年同日9人）、9月末現在、延べ: whose year, what for, until when and how
    people were counted are said each time, because the number is read without its page.
    """
    indicator, count = result.indicator, result.count
    if count is None or result.actual is None:
        return ""
    unit = plain_unit(indicator)
    parts = [f"{_since(result, today)}{number(result.actual)}{unit}"]
    if result.target:
        year = FiscalYear(result.target.fiscal_year)
        parts.append(
            _(
                "目標%(year)s%(value)s%(unit)s",
                year="" if year == FiscalYear.of(count.until) else f"（{year}）",
                value=number(result.target.value),
                unit=unit,
            )
        )
    text = "／".join(parts)
    if result.year_before is not None:
        before = f"{number(result.year_before)}{unit}"
        text += _("（前年同日%(value)s）", value=before)
    return "、".join((f"{indicator.name}：{text}", _until(count.until, today), *_people(result)))


def _since(result: IndicatorResult, today: date) -> str:
    """From when a number counts: of a year, from the plan's first day, or of a day alone."""
    aggregation = result.indicator.aggregation
    if aggregation is Aggregation.CUMULATIVE:
        return _("計画の初日からの累計")
    if aggregation is Aggregation.LATEST or result.count is None:
        return ""
    year = FiscalYear.of(result.count.until)
    return _("本年度") if year == FiscalYear.of(today) else str(year)


def _until(day: date, today: date) -> str:
    """The day, with its year where it is not of the year in which it is read."""
    if FiscalYear.of(day) == FiscalYear.of(today):
        return on_day(day)
    return f"{wareki_year(day)}{on_day(day)}"


def _people(result: IndicatorResult) -> list[str]:
    if result.indicator.source is not Source.ATTENDANCE:
        return []
    if result.indicator.people is People.UNIQUE:
        return [_("実人数")]
    if result.people is None:
        return [_("延べ")]
    return [_("延べ（実人数%(n)s人）", n=number(result.people))]


def years_chart(result: IndicatorResult) -> dict[str, Any]:
    """The bars: each fiscal year by itself, 現状値 first, with 実人数 and the targets beside."""
    baseline, people = result.indicator.baseline, result.people_by_fiscal_year
    years = dict(result.by_fiscal_year)
    if baseline and baseline.fiscal_year:
        years.setdefault(baseline.fiscal_year, baseline.value)
    sums = result.indicator.aggregation is Aggregation.CUMULATIVE
    targets = {} if sums else {each.fiscal_year: each.value for each in result.indicator.targets}
    labels = sorted({*years, *targets})
    first = _("延べ") if people else _("実績")
    bars = [_series(first, "value", [years.get(year) for year in labels])]
    if people:
        bars.append(_series(_("実人数"), "people", [people.get(year) for year in labels]))
    if targets:
        bars.append(_series(_("目標値"), "target", [targets.get(year) for year in labels]))
    return {
        "kind": "bar",
        "unit": result.indicator.unit,
        "labels": [str(FiscalYear(year)) for year in labels],
        "series": bars,
    }


def course_chart(result: IndicatorResult) -> dict[str, Any]:
    """The line: the sum so far, month by month, with the year before or the path to the target."""
    course = result.course
    if course is None:
        return {}
    lines = [_series(sum_label(course), "value", [point.value for point in course.points])]
    if course.has_beside:
        beside = [point.beside for point in course.points]
        lines.append(_series(beside_label(course), "before", beside))
    if course.is_annual and result.target:
        aim = [result.target.value] * len(course.points)
        lines.append(_series(_("目標値"), "target", aim))
    return {
        "kind": "line",
        "unit": plain_unit(result.indicator),
        "labels": [point_month(course, point) for point in course.points],
        "series": lines,
    }


def _series(label: str, style: str, values: Sequence[Number | None]) -> dict[str, Any]:
    return {"label": label, "style": style, "values": values}


def point_month(course: Course, point: Point) -> str:
    """9月, or 令和7年9月 where a line runs over years."""
    if course.is_annual:
        return _("%(month)s月", month=point.day.month)
    return _("%(year)s%(month)s月", year=wareki_year(point.day), month=point.day.month)


def sum_label(course: Course) -> str:
    """What the line is a sum of."""
    if not course.is_annual:
        return _("計画の初日からの累計")
    return _("%(year)sの累計", year=FiscalYear.of(course.points[0].day))


def beside_label(course: Course) -> str:
    """What stands beside the line."""
    if not course.is_annual:
        return _("目標までの直線")
    year = FiscalYear.of(course.points[0].day).year - 1
    return _("%(year)sの累計", year=FiscalYear(year))


def problem_label(problem: Problem, detail: str) -> str:
    """What is wrong with one key of a file."""
    return {
        Problem.MISSING: _("必要な項目がありません"),
        Problem.UNKNOWN_KEY: _("知らない項目です。綴りを確かめてください"),
        Problem.NOT_A_TABLE: _("表（キーと値の組）で書いてください"),
        Problem.NOT_A_LIST: _("一覧（[ ] の中に並べる形）で書いてください"),
        Problem.NOT_A_TEXT: _('文字を "" で囲んで書いてください'),
        Problem.NOT_AN_INTEGER: _("整数で書いてください。年度は西暦です（令和7年度は2025）"),
        Problem.NOT_A_NUMBER: _("数で書いてください"),
        Problem.NOT_A_FLAG: _("true か false で書いてください"),
        Problem.NOT_A_DAY: _("日付は2025-03-31のように書いてください"),
        Problem.NOT_A_CHOICE: _("次のどれかです: %(choices)s", choices=detail),
        Problem.NOT_A_KEY: _("キーは半角の英小文字・数字とハイフンで書いてください"),
        Problem.NOT_A_CODE: _('6桁の数字を "082350" のように囲んで書いてください'),
        Problem.EMPTY: _("中身がありません"),
        Problem.NEGATIVE: _("0以上の数で書いてください"),
        Problem.DUPLICATE: _("同じものが2つあります: %(what)s", what=detail),
        Problem.PERIOD_BACKWARDS: _("終わりが始まりより前です"),
        Problem.YEAR_OR_DAY: _("fiscal_year か as_of のどちらか一方を書いてください"),
        Problem.NOT_FOR_QUALITATIVE: _("qualitative = true の指標には書けません"),
        Problem.NOT_FOR_SOURCE: _("source が %(source)s の指標には使えません", source=detail),
        Problem.NOT_FOR_CUMULATIVE: _("累計（cumulative）の指標には使えません"),
        Problem.OUTSIDE_PLAN: _("計画の期間の外です: %(year)s", year=detail),
        Problem.MORE_THAN_TOTAL: _("年齢別の合計（%(sum)s）より少なくなっています", sum=detail),
        Problem.NOT_FIRST_OF_APRIL: _("人口は4月1日現在のものです: %(day)s", day=detail),
    }[problem]


@explain.register
def _definition_refused(error: DefinitionRefused) -> str:
    where = error.key or _("ファイル全体")
    return f"{where}: {problem_label(error.problem, error.detail)}"


@explain.register
def _unreadable(_error: Unreadable) -> str:
    return _("ファイルを読めません。名前と場所を確かめてください")


@explain.register
def _not_toml(error: NotToml) -> str:
    return _("TOMLとして読めません（%(detail)s）", detail=error.detail)


@explain.register
def _key_refused(error: KeyRefused) -> str:
    return _(
        "計画のキー「%(key)s」は使えません。ファイルの名前を半角の英数字とハイフンにしてください",
        key=error.key,
    )


@explain.register
def _file_refused(error: FileRefused) -> str:
    return f"{error.file}: {explain(error.refusal)}"


@explain.register
def _plan_unknown(error: PlanUnknown) -> str:
    return _(
        "計画「%(key)s」はありません。plans import で取り込んでください。",
        key=error.key,
    )


@explain.register
def _indicator_unknown(error: IndicatorUnknown) -> str:
    return _("数値の指標「%(key)s」は、この計画にありません。", key=error.key)


@explain.register
def _counted_from_records(_error: CountedFromRecords) -> str:
    return _("この指標は記録から自動で数えるため、実績値を入力できません。")


@explain.register
def _already_published(error: FigureAlreadyPublished) -> str:
    return _(
        "%(day)sより前は、公表された実績値を使います。その日以後の値を入力してください。",
        day=dates.day(error.records_from),
    )


@explain.register
def _outside_plan(error: FigureOutsidePlan) -> str:
    return _(
        "計画の期間（%(first)sから%(last)sまで）の値を入力してください。",
        first=dates.day(error.first_day),
        last=dates.day(error.last_day),
    )


@explain.register
def _too_early(error: FigureTooEarly) -> str:
    return _(
        "%(day)sはまだ来ていません。年度の途中の値は、日付を入れて入力してください。",
        day=dates.day(error.day),
    )


@explain.register
def _records_from_refused(_error: RecordsFromRefused) -> str:
    return _("集計の開始日は、公表された実績値の区切りの日から選んでください。")


def imported(done: Imported, *, indicators: int) -> str:
    """What an import did, a line each."""
    if done.is_new:
        lines = [_("%(key)s: 取り込みました（指標 %(n)s件）", key=done.key, n=indicators)]
    elif not done.changes:
        lines = [_("%(key)s: 変わったところはありません", key=done.key)]
    else:
        lines = [_("%(key)s: %(n)s か所が変わりました", key=done.key, n=len(done.changes))]
        lines += [_change(each) for each in done.changes]
    lines += [
        _("注意: 指標 %(key)s がなくなりました。手入力の実績値は残っています", key=key)
        for key in done.orphaned
    ]
    return "\n".join(lines)


def _change(change: Change) -> str:
    nothing = _("（なし）")
    before = nothing if change.before is None else change.before
    after = nothing if change.after is None else change.after
    return f"  {change.key}: {before} → {after}"
