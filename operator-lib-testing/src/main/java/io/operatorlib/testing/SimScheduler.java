package io.operatorlib.testing;

import io.operatorlib.spi.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The door to time, threads and randomness inside a simulation: virtual time, actors instead of threads, randomness
 * from the seed. Each blocking call lets other actors have their turn. It belongs to one {@link Incarnation}; after
 * its crash every call throws {@link Crashed}.
 */
final class SimScheduler implements Scheduler {
    /** When virtual time begins: a date that nobody takes for today's. */
    static final Instant BEGINNING = Instant.parse("2030-01-01T00:00:00Z");

    private final Kernel kernel;
    private final Incarnation incarnation;

    SimScheduler(Kernel kernel, Incarnation incarnation) {
        this.kernel = kernel;
        this.incarnation = incarnation;
    }

    @Override
    public Instant now() {
        kernel.enter(incarnation);
        return BEGINNING.plusNanos(kernel.nanos()).plus(incarnation.clockAhead());
    }

    @Override
    public long nanoTime() {
        kernel.enter(incarnation);
        return kernel.nanos();
    }

    @Override
    public RandomGenerator random() {
        kernel.enter(incarnation);
        return incarnation.random();
    }

    @Override
    public void sleep(Duration time) throws InterruptedException {
        kernel.enter(incarnation);
        var unused = kernel.await("the end of a sleep", kernel.deadlineIn(time));
    }

    @Override
    public Gate gate() {
        return new SimGate();
    }

    @Override
    public Task fork(String name, Runnable body) {
        kernel.enter(incarnation);
        return new SimTask(kernel.fork(incarnation, name, body));
    }

    @Override
    public void caught(String where, Throwable thrown) {
        kernel.enter(incarnation);
        kernel.caught(where, thrown);
    }

    private final class SimGate implements Gate {
        private final List<Actor> waiters = new ArrayList<>();
        private long openings;

        @Override
        public long ticket() {
            kernel.enter(incarnation);
            return openings;
        }

        @Override
        public void open() {
            kernel.enter(incarnation);
            openings++;
            waiters.forEach(kernel::wake);
            waiters.clear();
        }

        @Override
        public boolean await(long ticket, Duration atMost) throws InterruptedException {
            kernel.enter(incarnation);
            if (openings > ticket) {
                kernel.pass();
                return true;
            }
            var me = kernel.current();
            waiters.add(me);
            try {
                kernel.await("a gate", kernel.deadlineIn(atMost));
            } finally {
                waiters.remove(me);
            }
            return openings > ticket;
        }
    }

    private final class SimTask implements Task {
        private final Actor actor;

        SimTask(Actor actor) {
            this.actor = actor;
        }

        @Override
        public void interrupt() {
            kernel.enter(incarnation);
            kernel.interrupt(actor);
        }

        @Override
        public boolean join(Duration atMost) throws InterruptedException {
            kernel.enter(incarnation);
            if (actor.state == Actor.State.ENDED) {
                kernel.pass();
                return true;
            }
            var me = kernel.current();
            actor.joiners.add(me);
            try {
                kernel.await("the end of " + actor, kernel.deadlineIn(atMost));
            } finally {
                actor.joiners.remove(me);
            }
            return actor.state == Actor.State.ENDED;
        }
    }
}
