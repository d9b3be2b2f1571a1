"""`kyodo-match serve`"""

import click

from kyodo_match import backend, serving
from kyodo_match.config import Settings


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="待ち受けるアドレス")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1), help="プロセス数")
@click.option("--threads", default=4, show_default=True, type=click.IntRange(1), help="スレッド数")
@click.option("--no-worker", is_flag=True, help="メール送信などのワーカーを起動しません。")
def serve(*, host: str, port: int, workers: int, threads: int, no_worker: bool) -> None:
    """画面を配信し、ワーカーを動かします。"""
    settings = Settings.from_env(host=host, port=port)
    backend.migrated(settings)
    serving.serve(
        settings,
        host=host,
        port=port,
        workers=workers,
        threads=threads,
        with_worker=not no_worker,
    )


commands: tuple[click.Command, ...] = (serve,)
