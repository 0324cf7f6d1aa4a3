package io.operatorlib.quickstart;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.Response;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import io.operatorlib.testing.linearizability.Action;
import io.operatorlib.testing.linearizability.History;
import io.operatorlib.testing.linearizability.Operation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Clients of an etcd cluster that write, read and swap registers all the time, each at whichever member chance chooses,
 * and write down what came of it. Now and then they write a key that nobody ever writes again.
 */
final class Clients implements AutoCloseable {
    private static final int CLIENTS = 3;
    private static final int REGISTERS = 4;
    private static final String ONCE = "once/";

    /** What is written has to find room: on a full disk one does not get far with these. */
    private static final String WEIGHT = ".".repeat(4 << 10);

    /** A member that says nothing for so long is asked no more; what was asked of it may come true all the same. */
    private static final Duration TRY = Duration.ofSeconds(1);

    /** Many clusters share this machine: what there is to find is found by the hour, not by the speed. */
    private static final Duration PACE = Duration.ofMillis(100);

    private static final Duration AFTER_FAILURE = Duration.ofMillis(100);

    /** Members come and go by the second. */
    private static final Duration LOOK = Duration.ofMillis(300);

    private final Supplier<List<String>> endpoints;
    private final Map<String, Client> members = new ConcurrentHashMap<>();
    private final History history = new History(System::nanoTime);
    private final Set<String> acknowledged = new ConcurrentSkipListSet<>();
    private final Set<Long> clusterIds = new ConcurrentSkipListSet<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile List<String> known = List.of();
    private volatile boolean stopped;

    private Clients(Supplier<List<String>> endpoints) {
        this.endpoints = endpoints;
    }

    /**
     * Starts them.
     *
     * @param endpoints the client URLs of the members there are now
     */
    static Clients start(long seed, Supplier<List<String>> endpoints) {
        var clients = new Clients(endpoints);
        clients.known = endpoints.get();
        clients.fork("endpoints", clients::look);
        var random = new SplittableRandom(seed);
        for (int i = 0; i < CLIENTS; i++) {
            String name = "c" + i;
            var own = random.split();
            clients.fork(name, () -> clients.work(name, own));
        }
        return clients;
    }

    private void fork(String name, Runnable body) {
        var thread = new Thread(body, name);
        thread.setDaemon(true);
        thread.start();
        threads.add(thread);
    }

    private void look() {
        while (!stopped) {
            known = endpoints.get();
            Await.pause(LOOK);
        }
    }

    private void work(String name, SplittableRandom random) {
        Map<String, @Nullable String> seen = new HashMap<>();
        for (int number = 0; !stopped; number++) {
            var urls = known;
            if (urls.isEmpty()) {
                Await.pause(AFTER_FAILURE);
                continue;
            }
            String url = urls.get(random.nextInt(urls.size()));
            String register = "register/" + random.nextInt(REGISTERS);
            String value = name + "-" + number;
            boolean answered = switch (random.nextInt(4)) {
                case 0 -> read(name, url, register, seen);
                case 1 -> write(name, url, register, value);
                case 2 -> swap(name, url, register, seen.get(register), value);
                default -> write(name, url, ONCE + value, value + WEIGHT) && acknowledged.add(ONCE + value);
            };
            Await.pause(answered ? PACE : AFTER_FAILURE);
        }
    }

    private boolean read(String name, String url, String key, Map<String, @Nullable String> seen) {
        long called = history.now();
        GetResponse answer = answer(member(url).getKVClient().get(bytes(key)));
        if (answer == null) {
            return false;
        }
        @Nullable
        String found =
                answer.getKvs().isEmpty() ? null : text(answer.getKvs().get(0).getValue());
        history.answered(name, key, new Action.Read(found), called);
        seen.put(key, found);
        return true;
    }

    private boolean write(String name, String url, String key, String value) {
        long called = history.now();
        var write = new Action.Write(value);
        if (answer(member(url).getKVClient().put(bytes(key), bytes(value))) == null) {
            history.unanswered(name, key, write, called);
            return false;
        }
        history.answered(name, key, write, called);
        return true;
    }

    private boolean swap(String name, String url, String key, @Nullable String expected, String value) {
        var held = expected == null
                ? new Cmp(bytes(key), Cmp.Op.EQUAL, CmpTarget.version(0))
                : new Cmp(bytes(key), Cmp.Op.EQUAL, CmpTarget.value(bytes(expected)));
        long called = history.now();
        var answer = answer(member(url)
                .getKVClient()
                .txn()
                .If(held)
                .Then(Op.put(bytes(key), bytes(value), PutOption.DEFAULT))
                .commit());
        if (answer == null) {
            history.unanswered(name, key, new Action.Swapped(expected, value), called);
            return false;
        }
        history.answered(
                name,
                key,
                answer.isSucceeded() ? new Action.Swapped(expected, value) : new Action.NotSwapped(expected),
                called);
        return true;
    }

    /** The answer; null where none came, or one that leaves open what was done. */
    private <T extends Response> @Nullable T answer(CompletableFuture<T> asked) {
        try {
            T answer = asked.get(TRY.toMillis(), TimeUnit.MILLISECONDS);
            clusterIds.add(answer.getHeader().getClusterId());
            return answer;
        } catch (ExecutionException | TimeoutException e) {
            return null;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Client member(String url) {
        return members.computeIfAbsent(
                url, any -> Client.builder().endpoints(url).waitForReady(false).build());
    }

    /** How many writes of keys of their own have been acknowledged. */
    int acknowledged() {
        return acknowledged.size();
    }

    /** The cluster IDs that any answer bore. */
    Set<Long> clusterIds() {
        return clusterIds;
    }

    /** Lets them stop, and reads all that there is at each member. */
    List<String> stopAndFindLost() throws InterruptedException {
        stopped = true;
        for (Thread thread : threads) {
            thread.join();
        }
        var lost = new ArrayList<String>();
        for (String url : endpoints.get()) {
            lost.addAll(lostAt(url));
        }
        return lost;
    }

    private List<String> lostAt(String url) {
        Await.until("registers are read at " + url, () -> registersAreRead(url));
        var all = GetOption.builder().isPrefix(true).withLimit(0).build();
        var there = new HashMap<String, String>();
        long called = history.now();
        Await.until("all is read at " + url, () -> {
            GetResponse answer = answer(member(url).getKVClient().get(bytes(ONCE), all));
            if (answer == null) {
                return false;
            }
            answer.getKvs().forEach(entry -> there.put(text(entry.getKey()), text(entry.getValue())));
            return true;
        });
        acknowledged.forEach(key -> history.answered("last", key, new Action.Read(there.get(key)), called));
        return acknowledged.stream().filter(key -> !there.containsKey(key)).toList();
    }

    private boolean registersAreRead(String url) {
        for (int i = 0; i < REGISTERS; i++) {
            if (!read("last", url, "register/" + i, new HashMap<>())) {
                return false;
            }
        }
        return true;
    }

    /** All that was asked and answered. */
    List<Operation> operations() {
        return history.operations();
    }

    @Override
    public void close() {
        stopped = true;
        members.values().forEach(Client::close);
    }

    private static ByteSequence bytes(String text) {
        return ByteSequence.from(text, StandardCharsets.UTF_8);
    }

    private static String text(ByteSequence bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
