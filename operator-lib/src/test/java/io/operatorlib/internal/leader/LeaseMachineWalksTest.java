package io.operatorlib.internal.leader;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.internal.leader.LeaseMachine.Attempt;
import io.operatorlib.internal.leader.LeaseMachine.Lapse;
import io.operatorlib.internal.leader.LeaseMachine.Leading;
import io.operatorlib.internal.leader.LeaseMachine.Look;
import io.operatorlib.internal.leader.LeaseMachine.Write;
import io.operatorlib.leader.LeaderElection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Three machines and a store, walked through at random: requests wait, arrive, fail and lose their replies in any order,
 * time passes, wall clocks jump, and each candidate has a duration of its own. Never do two lead.
 */
class LeaseMachineWalksTest {
    private static final int WALKS = Integer.getInteger("operatorlib.lease.walks", 3_000);
    private static final int STEPS = 600;

    /** One candidate, with the one request that it may have under way. */
    private static final class Candidate {
        private LeaseMachine machine;
        private @Nullable Attempt write;
        private boolean reading;
        private @Nullable Lease reply;
        private boolean arrived;
        private boolean refused;

        Candidate(int number) {
            var election = LeaderElection.lease("work").in("default").lasting(Duration.ofSeconds(4 + 3L * number));
            machine = LeaseMachine.begin(election, "c" + number);
        }

        boolean busy() {
            return write != null || reading;
        }

        void idle() {
            write = null;
            reading = false;
            reply = null;
            arrived = false;
            refused = false;
        }

        boolean leads(long now) {
            return machine.validUntil().filter(until -> now < until).isPresent();
        }
    }

    private final Random random = new Random();
    private final List<Candidate> candidates = new ArrayList<>();
    private final List<Lease> late = new ArrayList<>();
    private Lease store = Lease.none("default", "work");
    private int version;
    private long now;
    private int elections;

    @Test
    void neverDoTwoLead() {
        int all = 0;
        for (int seed = 0; seed < WALKS; seed++) {
            all += new LeaseMachineWalksTest().walk(seed);
        }
        assertThat(all).as("elections in all walks").isGreaterThan(WALKS);
    }

    private int walk(int seed) {
        random.setSeed(seed);
        for (int i = 0; i < 3; i++) {
            candidates.add(new Candidate(i));
        }
        for (int step = 0; step < STEPS; step++) {
            var candidate = candidates.get(random.nextInt(3));
            switch (random.nextInt(8)) {
                case 0 -> now += random.nextInt(1_500) * 1_000_000L;
                case 1 -> now += random.nextInt(100) == 0 ? 20_000_000_000L : 1;
                case 2, 3 -> act(candidate);
                case 4, 5 -> arrive(candidate);
                case 6 -> answer(candidate);
                default -> lose(candidate);
            }
            long leaders = candidates.stream().filter(one -> one.leads(now)).count();
            assertThat(leaders)
                    .as("leaders in walk %s after step %s", seed, step)
                    .isLessThanOrEqualTo(1);
        }
        return elections;
    }

    private void act(Candidate candidate) {
        if (candidate.busy()) {
            return;
        }
        var wall = Instant.ofEpochSecond(random.nextInt(1_000_000));
        var decision = candidate.machine.decide(now, wall);
        if (decision instanceof Look) {
            candidate.reading = true;
        } else if (decision instanceof Write write) {
            candidate.write = new Attempt(write.lease(), now);
        } else if (decision instanceof Lapse) {
            candidate.machine = candidate.machine.lapsed(now);
        }
    }

    /** The request takes effect, or one does that its sender has given up. */
    private void arrive(Candidate candidate) {
        if (!late.isEmpty() && random.nextBoolean()) {
            put(late.remove(random.nextInt(late.size())));
        } else if (candidate.busy() && !candidate.arrived) {
            candidate.arrived = true;
            var write = candidate.write;
            if (write == null) {
                candidate.reply = store;
            } else if (put(write.lease())) {
                candidate.reply = store;
            } else {
                candidate.refused = true;
            }
        }
    }

    private boolean put(Lease lease) {
        boolean fits = lease.stored() ? store.stored() && version(lease).equals(version(store)) : !store.stored();
        if (fits) {
            var object = lease.object().deepCopy();
            object.getAsJsonObject("metadata").addProperty("resourceVersion", "" + ++version);
            store = new Lease(object);
        }
        return fits;
    }

    private static String version(Lease lease) {
        return lease.object().getAsJsonObject("metadata").get("resourceVersion").getAsString();
    }

    private void answer(Candidate candidate) {
        var write = candidate.write;
        if (candidate.refused) {
            candidate.machine = candidate.machine.seen(store, now);
            candidate.idle();
        } else if (candidate.reply != null) {
            boolean led = candidate.machine.standing() instanceof Leading;
            candidate.machine = write == null
                    ? candidate.machine.seen(candidate.reply, now)
                    : candidate.machine.written(candidate.reply, write);
            elections += !led && candidate.leads(now) ? 1 : 0;
            candidate.idle();
        }
    }

    private void lose(Candidate candidate) {
        var write = candidate.write;
        if (write != null && random.nextInt(3) == 0) {
            candidate.machine = candidate.machine.unanswered(write);
            if (!candidate.arrived) {
                late.add(write.lease());
            }
            candidate.idle();
        } else if (candidate.reading) {
            candidate.idle();
        }
    }
}
