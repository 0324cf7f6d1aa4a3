package io.operatorlib.internal.leader;

import io.operatorlib.leader.LedWork;
import io.operatorlib.spi.Scheduler;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The work of one leadership, in its thread. */
final class Shift {
    private static final Logger LOG = LoggerFactory.getLogger(Shift.class);

    /** Work that has not ended so long after it was told to is not going to. */
    private static final Duration HUNG = Duration.ofMinutes(1);

    /** How a shift ended, if it has. */
    enum End {
        AT_WORK,
        /** It was told to. */
        INTERRUPTED,
        FAILED,
        /** By itself, in order. */
        DONE
    }

    private final Term term;
    private final Scheduler scheduler;
    private final Scheduler.Gate gate;
    private final Scheduler.Task task;
    private volatile End end = End.AT_WORK;
    private volatile boolean told;
    private volatile long toldAt;

    /** @param gate opened when the work has ended */
    Shift(Term term, LedWork work, Scheduler scheduler, Scheduler.Gate gate, String name) {
        this.term = term;
        this.scheduler = scheduler;
        this.gate = gate;
        this.task = scheduler.fork("lead-" + name, () -> work(work));
    }

    private void work(LedWork work) {
        End how = End.FAILED;
        try {
            work.lead(term);
            how = told ? End.INTERRUPTED : End.DONE;
        } catch (InterruptedException e) {
            how = told ? End.INTERRUPTED : End.FAILED;
        } catch (Exception e) {
            LOG.error("the work of a leader failed holder={} term={}", term.holder(), term.term(), e);
        } finally {
            end = how;
            gate.open();
        }
    }

    Term term() {
        return term;
    }

    End end() {
        return end;
    }

    boolean told() {
        return told;
    }

    /** Tells the work to end. */
    void tell() {
        if (!told) {
            toldAt = scheduler.nanoTime();
            told = true;
        }
        task.interrupt();
    }

    /** Tells whether it was told to end and does not. */
    boolean hung() {
        return end == End.AT_WORK && told && scheduler.nanoTime() - toldAt > HUNG.toNanos();
    }
}
