"""The words of every kind of notice. What comes next differs on paper and on the phone."""

from dataclasses import dataclass
from typing import Any

from kyodo_match.core.i18n import lazy
from kyodo_match.signups.outbox.kinds import Kind


@dataclass(frozen=True)
class Words:
    """The words of one kind; nobody is phoned about what is not spoken of."""

    subject: Any
    opening: Any
    next_steps: Any
    spoken: Any = None


WORDS = {
    Kind.CONFIRMED: Words(
        lazy("参加が決まりました"),
        lazy("ご参加いただけます。お待ちしています。"),
        lazy(
            "当日は、始まる時刻までに会場へお越しください。\n"
            "都合が悪くなったときは、次のページで取り消してください。"
        ),
        lazy("都合が悪くなったときは、お電話ください。"),
    ),
    Kind.WAITLISTED: Words(
        lazy("キャンセル待ちで受け付けました"),
        lazy("お申込みを受け付けました。いまは席が足りないため、キャンセル待ちです。"),
        lazy(
            "席が空くと、受付の順にご案内します。ご案内には返事の期限があります。\n"
            "いまの状況は、次のページで確認できます。取消しもできます。"
        ),
        lazy("席が空くと、受付の順にお電話でご案内します。"),
    ),
    Kind.OFFER: Words(
        lazy("席が空きました（返事が必要です）"),
        lazy("席が空きました。ご参加いただけます。まだ決まっていません。返事をお願いします。"),
        lazy(
            "返事の期限：%(deadline)s\n"
            "次のページで「参加します」か「辞退します」を選んでください。\n"
            "期限を過ぎると、次の方へご案内します。"
        ),
        lazy("参加するか辞退するかを聞いて、記録してください。\n返事の期限：%(deadline)s"),
    ),
    Kind.OFFER_EXPIRED: Words(
        lazy("ご案内の期限が過ぎました"),
        lazy("席のご案内は、期限までに返事がなかったため終わりました。"),
        lazy("参加を希望するときは、もう一度お申し込みください。"),
        lazy("参加を希望するときは、もう一度お申し込みください。"),
    ),
    Kind.DECLINED: Words(
        lazy("辞退を受け付けました"),
        lazy("席のご案内への辞退を受け付けました。"),
        lazy("参加を希望するときは、もう一度お申し込みください。"),
        lazy("参加を希望するときは、もう一度お申し込みください。"),
    ),
    Kind.CANCELLED: Words(
        lazy("取消しを受け付けました"),
        lazy("お申込みの取消しを受け付けました。"),
        lazy("参加を希望するときは、もう一度お申し込みください。"),
        lazy("参加を希望するときは、もう一度お申し込みください。"),
    ),
    Kind.PARTICIPANT_CANCELLED: Words(
        lazy("人数の変更を受け付けました"),
        lazy("一部の方の取消しを受け付けました。お申込みは%(party)s人になりました。"),
        lazy("ほかの方のお申込みは、そのままです。次のページで確認できます。"),
        lazy("ほかの方のお申込みは、そのままです。"),
    ),
    Kind.SLOT_CANCELLED: Words(
        lazy("中止のお知らせ"),
        lazy("お申込みの催しは、中止になりました。"),
        lazy("お申込みは取り消しました。手続きはいりません。\n次のページで確認できます。"),
        lazy("お申込みは取り消しました。手続きはいりません。"),
    ),
    Kind.REMINDER: Words(
        lazy("明日のご案内"),
        lazy("お申込みの催しは、明日です。お待ちしています。"),
        lazy(
            "始まる時刻までに会場へお越しください。\n"
            "都合が悪くなったときは、次のページでお知らせください。"
        ),
        lazy("都合が悪くなったときは、お電話ください。"),
    ),
    Kind.REMINDER_WEEK: Words(
        lazy("1週間前のご案内"),
        lazy("お申込みの催しまで、あと1週間ほどです。"),
        lazy("都合が悪くなったときは、次のページで取り消してください。席は次の方へご案内します。"),
        lazy("都合が悪くなったときは、お電話ください。席は次の方へご案内します。"),
    ),
    Kind.THANKS: Words(
        lazy("ご参加ありがとうございました"),
        lazy("催しにご参加いただき、ありがとうございました。またのご参加をお待ちしています。"),
        lazy(
            "これからの体験や募集は、次のページで探せます。\n[[base-url]]/opportunities\n\n"
            "参加した催しは、次のページで確認できます。"
        ),
    ),
    Kind.CHANGED: Words(
        lazy("日時・場所などの変更（返事が必要です）"),
        lazy(
            "お申込みの催しの内容が変わりました。\n"
            "変わったあとの内容で参加できるかどうか、お知らせください。"
        ),
        lazy(
            "%(was)s\n\n返事の期限：%(deadline)s\n"
            "次のページで「参加します」か「申込みを取り消します」を選んでください。\n"
            "返事があるまで、席はそのままお取りしておきます。\n"
            "付いているファイルを開くと、予定表の予定も新しくなります。"
        ),
        lazy(
            "%(was)s\n\n変わったあとの内容で参加するか、取り消すかを聞いて、記録してください。\n"
            "返事の期限：%(deadline)s"
        ),
    ),
    Kind.CHANGED_WAITING: Words(
        lazy("日時・場所などの変更"),
        lazy("お申込みの催しの内容が変わりました。お申込みの状況は、そのままです。"),
        lazy(
            "%(was)s\n\n変更についての手続きはいりません。\n"
            "変わったあとの内容では参加できないときは、次のページで取り消してください。"
        ),
        lazy("%(was)s\n\n変わったあとの内容では参加できないときは、お電話ください。"),
    ),
    Kind.ANSWERED: Words(
        lazy("参加のお返事を受け付けました"),
        lazy("変わったあとの内容で、ご参加いただけます。お待ちしています。"),
        lazy(
            "当日は、始まる時刻までに会場へお越しください。\n"
            "都合が悪くなったときは、次のページで取り消してください。"
        ),
        lazy("都合が悪くなったときは、お電話ください。"),
    ),
    Kind.ANSWER_MISSING: Words(
        lazy("お返事をお待ちしています"),
        lazy(
            "先日お知らせした日時・場所などの変更について、参加のお返事をまだいただいていません。"
            "席は、そのままお取りしています。"
        ),
        lazy(
            "次のページで「参加します」か「申込みを取り消します」を選んでください。\n"
            "お返事がむずかしいときは、下の窓口へお電話ください。"
        ),
        lazy("変わったあとの内容で参加するか、取り消すかを聞いて、記録してください。"),
    ),
    Kind.CONTACT_CHANGED: Words(
        lazy("連絡先が変わりました"),
        lazy("このお申込みの連絡先を変更しました。"),
        lazy(
            "これからのお知らせは、このメールアドレスへお送りします。\n"
            "お申込みの内容は、次のページで確認できます。"
        ),
        lazy("これからのお知らせは、お電話でお伝えします。"),
    ),
    Kind.PARTY_CHANGED: Words(
        lazy("参加者の変更を受け付けました"),
        lazy("参加者の変更を受け付けました。お申込みは%(party)s人です。"),
        lazy("お申込みの内容は、次のページで確認できます。"),
        lazy("お申込みの内容は、窓口でも確認できます。"),
    ),
    Kind.LINK: Words(
        lazy("お申込みの確認ページ"),
        lazy("このお申込みは、すでに受け付けています。確認するページをお送りします。"),
        lazy("お申込みの状況は、次のページで確認できます。取消しもできます。"),
        lazy("お申込みはすでに受け付けています。"),
    ),
}

# To the address that was: whoever reads there may not be the applicant, so no link follows.
TO_OLD_ADDRESS = lazy(
    "これからのお知らせは、新しい連絡先へお送りします。このメールアドレスへはお送りしません。\n"
    "変更した覚えのないときは、下の窓口へお知らせください。"
)
