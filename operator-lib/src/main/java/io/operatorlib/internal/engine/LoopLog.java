package io.operatorlib.internal.engine;

import io.operatorlib.ResourceKey;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** The log of one controller: one line for each reconcile, in words that stay the same with values that do not. */
final class LoopLog {
    private static final Logger LOG = LoggerFactory.getLogger(LoopLog.class);

    private final String controller;

    LoopLog(String controller) {
        this.controller = controller;
    }

    /** One that failed is a warning, one that had effects is worth a line, and the others are for who looks closely. */
    void reconciled(ResourceKey key, KeyReconciler.Result result, Duration took) {
        if (result.verdict() instanceof Verdict.Failed failed) {
            Failure why = failed.failure();
            LOG.warn(
                    "reconciled controller={} object={} outcome={} step=\"{}\" reason={} message=\"{}\" plan={} effects={}"
                            + " ms={}",
                    controller,
                    key,
                    why.terminal() ? "failed_until_changed" : "failed",
                    why.step(),
                    why.reason(),
                    why.message(),
                    result.planned(),
                    result.effects(),
                    took.toMillis());
            return;
        }
        LoggingEventBuilder line = result.effects().isEmpty() ? LOG.atDebug() : LOG.atInfo();
        line.log(
                "reconciled controller={} object={} outcome={} plan={} effects={} ms={}",
                controller,
                key,
                outcome(result.verdict()),
                result.planned(),
                result.effects(),
                took.toMillis());
    }

    static String outcome(Verdict verdict) {
        if (verdict instanceof Verdict.Done) {
            return "done";
        }
        if (verdict instanceof Verdict.OutOfDate) {
            return "out_of_date";
        }
        if (verdict instanceof Verdict.Waiting) {
            return "waiting_for_own_writes";
        }
        return verdict instanceof Verdict.Gone ? "gone" : "failed";
    }

    void overdue(Turn turn) {
        LOG.warn(
                "a reconcile takes too long, it is interrupted controller={} object={} step=\"{}\"",
                controller,
                turn.key(),
                turn.doing());
    }

    void hangs(Turn turn, long hanging) {
        LOG.error(
                "a reconcile hangs, its thread is given up controller={} object={} step=\"{}\" given_up={}",
                controller,
                turn.key(),
                turn.doing(),
                hanging);
    }

    void forgotten(ResourceKey key) {
        LOG.error("an object was forgotten, it is queued again controller={} object={}", controller, key);
    }

    void engineFailed(ResourceKey key, RuntimeException why) {
        LOG.error("the engine failed controller={} object={}", controller, key, why);
    }
}
