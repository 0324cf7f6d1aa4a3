package io.operatorlib.internal.engine;

import io.operatorlib.Fact;
import io.operatorlib.Meta;
import io.operatorlib.Outcome;
import io.operatorlib.ResourceKey;
import io.operatorlib.internal.queue.WorkQueue;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What was last done about each resource and why, for a person who asks. It names objects and never shows what is in
 * them.
 *
 * <p><b>Limits.</b> The last reconcile only; one entry of some hundred bytes for each live resource.
 */
final class Explanations {
    private final Map<ResourceKey, Kept> last = new HashMap<>();
    private final Map<ResourceKey, Kept> lastWritten = new HashMap<>();

    /** A reconcile that has ended. */
    record Reconciled(Instant ended, Duration took, List<String> causes, KeyReconciler.Result result) {}

    /** What is kept of one: as little as an explanation needs, for there is one for each live resource. */
    private record Kept(
            Instant ended,
            Duration took,
            List<String> causes,
            String seen,
            List<String> planned,
            List<String> effects,
            Verdict verdict) {
        /** Keeps a reconcile; a plan that is the same as the one before is kept once. */
        static Kept of(Reconciled reconcile, @Nullable Kept before) {
            var result = reconcile.result();
            return new Kept(
                    reconcile.ended(),
                    reconcile.took(),
                    reconcile.causes(),
                    result.seen().map(Explanations::seen).orElse("nothing"),
                    before != null && before.planned.equals(result.planned())
                            ? before.planned
                            : List.copyOf(result.planned()),
                    List.copyOf(result.effects()),
                    result.verdict());
        }
    }

    /** What is the matter with a resource now. */
    record Now(WorkQueue.Place place, Outcome outcome, Map<String, Fact<?>> facts, boolean ownWritesSeen) {}

    synchronized void reconciled(ResourceKey key, Reconciled reconcile) {
        Verdict verdict = reconcile.result().verdict();
        if (verdict instanceof Verdict.Gone) {
            last.remove(key);
            lastWritten.remove(key);
        } else if (!(verdict instanceof Verdict.Waiting)) {
            var kept = Kept.of(reconcile, last.get(key));
            last.put(key, kept);
            if (!kept.effects().isEmpty()) {
                lastWritten.put(key, kept);
            }
        }
    }

    /** Tells all that is known; empty for a resource that was never reconciled. */
    Optional<String> explain(String kind, ResourceKey key, Now now) {
        Kept reconcile;
        Kept written;
        synchronized (this) {
            reconcile = last.get(key);
            written = lastWritten.get(key);
        }
        return reconcile == null
                ? Optional.empty()
                : Optional.of(text(kind, key, reconcile, Optional.ofNullable(written), now));
    }

    private static String text(String kind, ResourceKey key, Kept last, Optional<Kept> written, Now now) {
        var text = new StringBuilder(kind + " " + key + "\n\n");
        line(text, "last reconciled", last.ended() + ", in " + last.took().toMillis() + " ms");
        line(text, "because", list(last.causes()));
        line(text, "observed", last.seen());
        now.facts().forEach((name, fact) -> line(text, "fact " + name, fact(fact)));
        line(text, "planned", list(last.planned()));
        line(text, "written", list(last.effects()));
        written.filter(before -> last.effects().isEmpty())
                .ifPresent(before -> line(text, "written before", before.ended() + ": " + list(before.effects())));
        line(text, "outcome", outcome(last.verdict(), now.outcome()));
        line(text, "now", place(now.place(), now.ownWritesSeen()));
        return text.toString();
    }

    private static void line(StringBuilder text, String what, String value) {
        text.append(String.format(Locale.ROOT, "%-16s %s\n", what, value));
    }

    private static String list(List<String> items) {
        return items.isEmpty() ? "nothing" : String.join("\n" + " ".repeat(17), items);
    }

    private static String seen(Meta meta) {
        return "generation " + meta.generation() + ", version " + meta.resourceVersion()
                + (meta.deleting() ? ", being deleted" : "");
    }

    private static String fact(Fact<?> fact) {
        return fact instanceof Fact.Unknown<?> unknown ? "unknown: " + unknown.why() : "known";
    }

    private static String outcome(Verdict verdict, Outcome outcome) {
        if (verdict instanceof Verdict.Failed failed) {
            Failure why = failed.failure();
            String since =
                    outcome instanceof Outcome.Failed last ? "; " + last.times() + " times since " + last.since() : "";
            return "failed at " + why.step() + ": " + why.reason() + ": " + why.message() + since;
        }
        return verdict instanceof Verdict.OutOfDate moved
                ? "out of date: " + moved.what()
                : LoopLog.outcome(verdict).replace('_', ' ');
    }

    private static String place(WorkQueue.Place place, boolean ownWritesSeen) {
        String writes = ownWritesSeen ? "" : "; own writes have not come back yet";
        if (place instanceof WorkQueue.Place.Ready) {
            return "waits for a worker" + writes;
        }
        if (place instanceof WorkQueue.Place.Running running) {
            return "is being reconciled" + (running.again() ? ", and will be again" : "") + writes;
        }
        if (place instanceof WorkQueue.Place.Delayed delayed) {
            return "waits for " + delayed.left().toSeconds() + " s, or for a change" + writes;
        }
        return "waits for a change" + writes;
    }
}
