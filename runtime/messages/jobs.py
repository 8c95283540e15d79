"""Sentences about long work."""

from runtime.words import Words

CODES = {
    "job_failed": Words("这件事没做完，中途出了错。已经做好的部分还在，可以再试一次。", "This did not finish because something went wrong. What was done so far is kept; you can try again."),
    "job_keeps_stopping": Words("这件事试了几次都中断了，先停下来。请管理员看一下日志。", "This was interrupted several times, so it has been stopped. Ask an administrator to look at the log."),
    "redis_address": Words("FENZU_REDIS 不是一个能用的地址。请写成 redis://host:6379/0，有密码时写 redis://:password@host:6379/0，加密连接用 rediss://。", "FENZU_REDIS is not an address that can be used. Write redis://host:6379/0, with a password redis://:password@host:6379/0, and rediss:// for TLS."),
    "redis_missing": Words("设置了 FENZU_REDIS，但缺少 huey 和 redis 两个部件。请运行：pip install \"fenzu[redis]\"", "FENZU_REDIS is set, but the packages huey and redis are missing. Run: pip install \"fenzu[redis]\""),
    "redis_refused": Words("{where} 上的 Redis 拒绝了 Fenzu。请核对 FENZU_REDIS 里的用户名、密码和库号。", "Redis at {where} refuses Fenzu. Check user name, password and database number in FENZU_REDIS."),
    "redis_away": Words("{where} 上的 Redis 没有应答。Fenzu 照常工作：每秒自己到数据库里看一次，Redis 一回来就接着用。要是地址写错了，请改 FENZU_REDIS。", "Redis at {where} does not answer. Fenzu works on: it looks into the database itself once a second, and uses Redis as soon as it is back. If the address is wrong, mend FENZU_REDIS."),
}
