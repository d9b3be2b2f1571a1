"""コーディネーターの机: needs without people, people without a need, what was asked."""

from flask import abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kyodo_match.core import clock
from kyodo_match.core.clock import tokyo_date
from kyodo_match.core.db import db
from kyodo_match.core.errors import DomainError
from kyodo_match.core.i18n import _
from kyodo_match.core.messages import explain
from kyodo_match.matching.messages.volunteers import method_label, proposal_why
from kyodo_match.matching.models import Proposal
from kyodo_match.matching.queries import candidates, desk, together
from kyodo_match.matching.queries import proposals as queries
from kyodo_match.matching.queries.together import Pick
from kyodo_match.matching.rules.assigning import is_solver_there
from kyodo_match.matching.rules.proposals import MOST_OPEN, REST
from kyodo_match.matching.rules.volunteers import ProposalState
from kyodo_match.matching.services import answering, helping, proposing
from kyodo_match.matching.services.answering import Accepted
from kyodo_match.matching.views_staff.blueprint import bp
from kyodo_match.signups.forms import PRIVACY_VERSION
from kyodo_match.web.people import actor
from kyodo_match.web.policies import may, policy
from kyodo_match.web.responses import no_store, settings

_SHOWN = 20


@bp.route("/staff/matching")
@policy("viewer")
def matching() -> ResponseReturnValue:
    """人と活動を結ぶ机; who only views sees days and numbers, no names."""
    session, now, acts = db.session(), clock.now(), may("coordinator")
    resting = candidates.without_need(session, now=now)
    invited = queries.proposals_in(session, ProposalState.INVITED)
    return no_store(
        render_template(
            "matching/desk.html",
            needs=desk.desk_needs(session, now=now),
            resting=resting[:_SHOWN] if acts else (),
            resting_in_all=len(resting),
            rest_days=REST.days,
            invited=invited if acts else (),
            invited_in_all=len(invited),
            waiting=desk.waiting(session, now=now),
            acts=acts,
            today=tokyo_date(now),
            has_solver=is_solver_there(),
        )
    )


@bp.route("/staff/matching/needs/<slot_id>")
@policy("coordinator")
def need(slot_id: str) -> ResponseReturnValue:
    """One day: who suits it, with reasons, and who was asked."""
    session, now = db.session(), clock.now()
    found = desk.desk_need(session, slot_id, now=now) or abort(404)
    return no_store(
        render_template(
            "matching/need.html",
            need=found,
            people=candidates.ranked_people(session, found, now=now),
            proposals=queries.proposals_of_slot(session, found.slot),
            most_open=MOST_OPEN,
            roles_text="、".join(
                _("%(name)s あと%(n)s人", name=role.name, n=role.free) for role in found.roles
            ),
            today=tokyo_date(now),
        )
    )


@bp.route("/staff/matching/needs/<slot_id>", methods=["POST"])
@policy("coordinator")
def act_for_need(slot_id: str) -> ResponseReturnValue:
    """選んだ方を案に入れる, or 相談に対応した."""
    desk.desk_need(db.session(), slot_id, now=clock.now()) or abort(404)
    if request.form.get("action") == "settle":
        helping.settle_help(slot_id=slot_id, actor=actor(), now=clock.now())
        flash(_("団体からの相談を、対応済みにしました。"), "success")
        return redirect(f"/staff/matching/needs/{slot_id}", 303)
    picks = [Pick(slot_id, one, None) for one in request.form.getlist("volunteer")]
    done = proposing.propose(picks=picks, actor=actor(), now=clock.now())
    # Each reason once: what is told travels in a cookie, and a long one does not arrive.
    for said in dict.fromkeys(explain(refusal) for _who, refusal in done.refused):
        flash(said, "error")
    if not picks:
        flash(_("お声がけする方を選んでください。"), "error")
    if not done.made:
        return redirect(f"/staff/matching/needs/{slot_id}", 303)
    flash(_("%(n)s人を案に入れました。確かめて、お声がけしてください。", n=done.made), "success")
    return redirect("/staff/matching/proposals", 303)


@bp.route("/staff/matching/together", methods=["POST"])
@policy("coordinator")
def propose_together() -> ResponseReturnValue:
    """まとめて提案: a proposal for all needs at once, for a person to confirm or drop."""
    plan, picks = together.plan_together(db.session(), now=clock.now())
    done = proposing.propose(picks=picks, actor=actor(), now=clock.now())
    if not done.made:
        flash(_("新しく案にできる組はありません。"), "info")
        return redirect("/staff/matching", 303)
    flash(_("%(n)s件の案を作りました。", n=done.made) + method_label(plan.method), "success")
    return redirect("/staff/matching/proposals", 303)


@bp.route("/staff/matching/proposals")
@policy("coordinator")
def proposals() -> ResponseReturnValue:
    """確認待ちの案: each is confirmed or dropped by a person."""
    return no_store(
        render_template(
            "matching/proposals.html",
            proposals=queries.proposals_in(db.session(), ProposalState.PROPOSED),
            today=tokyo_date(clock.now()),
            has_solver=is_solver_there(),
        )
    )


@bp.route("/staff/matching/proposals", methods=["POST"])
@policy("coordinator")
def decide_proposals() -> ResponseReturnValue:
    """選んだ方にお声がけする, or やめる."""
    chosen = request.form.getlist("proposal")
    if not chosen:
        flash(_("案を選んでください。"), "error")
    asks, done, refused = request.form.get("action") == "invite", 0, dict[str, None]()
    for identity in chosen:
        proposal = queries.proposal_by_id(db.session(), identity) or abort(404)
        try:
            _invite(proposal) if asks else _withdraw(proposal)
        except DomainError as refusal:
            refused[explain(refusal)] = None
        else:
            done += 1
    for said in refused:
        flash(said, "error")
    if done:
        words = _("%(n)s人にお声がけしました。") if asks else _("%(n)s件の案をやめました。")
        flash(words % {"n": done}, "success")
    return redirect("/staff/matching/proposals", 303)


def _invite(proposal: Proposal) -> None:
    proposing.invite(
        proposal_id=proposal.public_id,
        reasons=proposal_why(proposal),
        actor=actor(),
        now=clock.now(),
    )


def _withdraw(proposal: Proposal) -> None:
    proposing.withdraw(proposal_id=proposal.public_id, actor=actor(), now=clock.now())


@bp.route("/staff/matching/proposals/<proposal_id>", methods=["POST"])
@policy("coordinator")
def act_for_proposal(proposal_id: str) -> ResponseReturnValue:
    """お声がけする・やめる, or an answer that was heard on the phone."""
    proposal = queries.proposal_by_id(db.session(), proposal_id) or abort(404)
    slot_id = proposal.slot.public_id
    try:
        said = _perform(proposal, request.form.get("action", ""))
    except DomainError as refusal:
        flash(explain(refusal), "error")
    else:
        flash(said, "success")
        if request.form.get("then") == "calls":
            return redirect("/staff/phone-calls", 303)
    return redirect(f"/staff/matching/needs/{slot_id}", 303)


def _perform(proposal: Proposal, action: str) -> str:
    """Do what a button says, and the words for it. Raises DomainError."""
    identity, now = proposal.public_id, clock.now()
    if action == "invite":
        _invite(proposal)
        return _("お声がけしました。")
    if action == "withdraw":
        _withdraw(proposal)
        return _("取りやめました。")
    if action == "decline":
        answering.decline(proposal_id=identity, now=now, actor=actor())
        return _("「今回は遠慮します」を記録しました。団体には伝わりません。")
    if action != "accept":
        abort(400)
    outcome = answering.accept(
        proposal_id=identity,
        agreed=True,
        seen=request.form.get("seen", type=int),
        privacy_version=PRIVACY_VERSION,
        keys=settings().keys,
        now=now,
        actor=actor(),
    )
    if outcome is Accepted.FILLED:
        return _("先にほかの方で埋まっていました。お礼とともに、そのことを伝えてください。")
    if outcome is Accepted.APPLIED:
        return _("この方は、この日にもう申し込んでいます。申込みのページで確かめてください。")
    return _("引受けを記録しました。参加が決まりました。")
