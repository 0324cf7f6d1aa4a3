package io.operatorlib.testing.leader;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.operatorlib.Ports;
import io.operatorlib.leader.Elector;
import io.operatorlib.leader.LeaderElection;
import io.operatorlib.leader.Leadership;
import io.operatorlib.leader.LeadershipLostException;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiRequest.Method;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.spi.Scheduler;
import io.operatorlib.testing.ApiFault;
import io.operatorlib.testing.Sim;
import io.operatorlib.testing.SimProcess;
import io.operatorlib.testing.apiserver.ApiServer;
import io.operatorlib.testing.apiserver.Caller;
import io.operatorlib.testing.apiserver.LoggedRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Three candidates that write for as long as they lead, in a world in which requests are late, replies are lost, networks
 * are cut, processes stand still or end, and clocks jump; and the two rules that hold all the same.
 */
final class ElectionTrial implements AutoCloseable {
    static final LeaderElection ELECTION = LeaderElection.lease("work").in("default");

    /** A request and its reply, and one more because somebody else had been faster. */
    private static final Duration REQUESTS = Duration.ofSeconds(1);

    private static final Duration LONGEST_VACANCY =
            ELECTION.duration().plus(ELECTION.retry()).plus(REQUESTS);

    /** A fault is over for a candidate when the last request has ended that it held up: no election's takes longer. */
    private static final Duration UNDER_WAY = ELECTION.validity().dividedBy(2);

    /** So that one fault meets another. */
    private static final int MONKEYS = 2;

    private static final Duration WRITE_EVERY = Duration.ofMillis(700);
    private static final String LEASE = "/apis/coordination.k8s.io/v1/namespaces/default/leases/work";
    private static final String PAGE = "/api/v1/namespaces/default/configmaps/page";

    final Sim sim;
    int writes;
    int terms;
    int faults;
    private final Random random;
    private final ApiServer server;
    private final KubeApi admin;
    private final List<Candidate> candidates = new ArrayList<>();
    private String holder = "";
    private Duration leaseChanged = Duration.ZERO;
    private Duration overtaken = Duration.ZERO;
    private @Nullable String broken;

    /** A place in which one process follows another. */
    private final class Candidate {
        private final String name;
        private int lives;
        private SimProcess process;
        private volatile @Nullable Elector elector;
        private int troubles;
        private Duration well = Duration.ZERO;

        Candidate(String name) {
            this.name = name;
            this.process = begin();
        }

        private SimProcess begin() {
            String life = name + "-" + ++lives;
            well = sim.elapsed();
            return sim.process(
                    life,
                    () -> server.as(Caller.user(life, Caller.MASTERS)),
                    ports -> elector = Elector.start(
                            ELECTION.as(life),
                            new Ports(ports.kubeApi(), ports.scheduler()),
                            term -> write(term, ports.kubeApi(), ports.scheduler())));
        }

        private void trouble(int by) {
            troubles += by;
            well = sim.elapsed().plus(UNDER_WAY);
        }

        boolean wellSince(Duration time) {
            return troubles == 0 && well.compareTo(time) <= 0;
        }
    }

    ElectionTrial(long seed) {
        random = new Random(seed);
        sim = Sim.seeded(seed);
        server = ApiServer.create(sim.scheduler());
        admin = server.as(Caller.ADMIN);
        send(
                Method.POST,
                "/api/v1/namespaces/default/configmaps",
                "application/json",
                "{\"metadata\":{\"name\":\"page\"}}");
        server.observe(this::answered);
        sim.always("no write lands after another has become the holder", () -> {
            if (broken != null) {
                throw new AssertionError(broken);
            }
        });
        for (String name : List.of("a", "b", "c")) {
            candidates.add(new Candidate(name));
        }
    }

    private void write(Leadership term, KubeApi door, Scheduler scheduler) throws InterruptedException {
        KubeApi fenced = term.fence(door);
        while (true) {
            try {
                fenced.send(ApiRequest.of(Method.PATCH, PAGE)
                                .withBody(
                                        "application/merge-patch+json",
                                        "{\"data\":{\"term\":\"" + term.term() + "\"}}"))
                        .close();
            } catch (KubeApi.NoReplyException | LeadershipLostException e) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
            scheduler.sleep(WRITE_EVERY);
        }
    }

    private void answered(LoggedRequest request) {
        if (!request.mutating() || request.status() >= 300) {
            return;
        }
        if (request.resource().equals("leases")) {
            String next = lease().getAsJsonObject("spec").get("holderIdentity").getAsString();
            leaseChanged = sim.elapsed();
            if (!next.isEmpty() && !next.equals(holder)) {
                terms++;
            }
            holder = next;
        } else if (request.resource().equals("configmaps") && !request.caller().equals(Caller.ADMIN.name())) {
            writes++;
            if (!holder.startsWith(request.caller() + "_")) {
                broken = request.caller() + " wrote while the lease was of \"" + holder + "\", at " + sim.elapsed();
            }
        }
    }

    private JsonObject lease() {
        return JsonParser.parseString(send(Method.GET, LEASE, "", "")).getAsJsonObject();
    }

    private String send(Method method, String path, String type, String body) {
        try (var reply = admin.send(ApiRequest.of(method, path).withBody(type, body))) {
            return reply.text();
        }
    }

    /** Lets that much time pass with faults in it, and then none for a while. */
    void run(Duration time) {
        for (int i = 0; i < MONKEYS; i++) {
            sim.scheduler().fork("monkey", () -> torment(time));
        }
        var judge = sim.scheduler().fork("judge", this::judge);
        sim.pass(time.plusMinutes(1));
        judge.interrupt();
        int before = writes;
        sim.pass(LONGEST_VACANCY);
        if (writes == before) {
            throw new AssertionError("nobody leads though all is well");
        }
        if (!overtaken.isZero()) {
            throw new AssertionError("nobody took a lease that had not changed for " + LONGEST_VACANCY + ", at "
                    + overtaken + ", though somebody well was there");
        }
    }

    private void judge() {
        try {
            while (true) {
                sim.scheduler().sleep(Duration.ofSeconds(1));
                Duration then = sim.elapsed().minus(LONGEST_VACANCY);
                if (leaseChanged.compareTo(then) < 0
                        && candidates.stream().anyMatch(candidate -> candidate.wellSince(then))) {
                    overtaken = sim.elapsed();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void torment(Duration time) {
        Scheduler scheduler = sim.scheduler();
        try {
            while (sim.elapsed().compareTo(time) < 0) {
                scheduler.sleep(Duration.ofMillis(1_000 + random.nextInt(40_000)));
                var victim = victim();
                faults++;
                harm(victim, scheduler);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts a monkey", e);
        }
    }

    /** Every other time the leader, for it has most to lose. */
    private Candidate victim() {
        var any = candidates.get(random.nextInt(candidates.size()));
        boolean leader = random.nextBoolean();
        return candidates.stream()
                .filter(candidate -> leader && holder.startsWith(candidate.process.name() + "_"))
                .findFirst()
                .orElse(any);
    }

    private void harm(Candidate victim, Scheduler scheduler) throws InterruptedException {
        Duration lasting = Duration.ofMillis(100 + random.nextInt(30_000));
        switch (random.nextInt(10)) {
            case 0 -> fault(victim, new ApiFault.Delay(Duration.ofMillis(50 + random.nextInt(8_000))), lasting);
            case 1 -> fault(victim, new ApiFault.SlowReplies(Duration.ofMillis(50 + random.nextInt(15_000))), lasting);
            case 2 -> fault(victim, new ApiFault.Partition(), lasting);
            case 3 -> fault(victim, new ApiFault.CutWatches(), lasting);
            case 4 -> fault(victim, ApiFault.Refuse.internalErrors(), lasting);
            case 5 -> freeze(victim, lasting);
            case 9 -> freezeWithARequestUnderWay(victim, lasting);
            case 6 -> victim.process.stepClock(Duration.ofSeconds(random.nextInt(7_200) - 3_600));
            case 7 -> {
                victim.trouble(1);
                victim.process.crash();
                scheduler.sleep(lasting.dividedBy(4));
                victim.process = victim.begin();
                victim.trouble(-1);
            }
            default -> restart(victim, scheduler, lasting.dividedBy(4));
        }
    }

    private void freeze(Candidate victim, Duration lasting) throws InterruptedException {
        var process = victim.process;
        victim.trouble(1);
        process.freeze();
        sim.scheduler().sleep(lasting);
        process.thaw();
        victim.trouble(-1);
    }

    private void freezeWithARequestUnderWay(Candidate victim, Duration lasting) throws InterruptedException {
        var process = victim.process;
        var delay = new ApiFault.Delay(Duration.ofMillis(1_500));
        victim.trouble(1);
        process.begin(delay);
        sim.scheduler().sleep(Duration.ofSeconds(2));
        freeze(victim, lasting);
        process.end(delay);
        victim.trouble(-1);
    }

    private void fault(Candidate victim, ApiFault fault, Duration lasting) throws InterruptedException {
        var process = victim.process;
        victim.trouble(1);
        process.begin(fault);
        sim.scheduler().sleep(lasting);
        process.end(fault);
        victim.trouble(-1);
    }

    /** In order: as a rollout of a new release does. */
    private void restart(Candidate victim, Scheduler scheduler, Duration pause) throws InterruptedException {
        var elector = victim.elector;
        var process = victim.process;
        victim.trouble(1);
        if (elector != null && !process.crashed()) {
            process.run("stop", () -> {
                try {
                    boolean unused = elector.stop(Duration.ofSeconds(20));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            scheduler.sleep(Duration.ofSeconds(25));
            process.crash();
        }
        scheduler.sleep(pause);
        if (process.crashed() && process == victim.process) {
            victim.process = victim.begin();
        }
        victim.trouble(-1);
    }

    @Override
    public void close() {
        sim.close();
    }
}
