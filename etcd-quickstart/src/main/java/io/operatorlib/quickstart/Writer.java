package io.operatorlib.quickstart;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.kv.PutResponse;
import io.etcd.jetcd.options.GetOption;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * An application that writes to an etcd cluster all the time: one key after another, each tried on one endpoint after
 * another until one of them acknowledges it. It remembers what was acknowledged, and how long it ever had to wait.
 */
public final class Writer implements AutoCloseable {
    /** How long one endpoint may take before the next is asked, too. */
    public static final Duration TRY = Duration.ofMillis(400);

    private static final int PAGE = 10_000;

    private final String prefix;
    private final Supplier<List<String>> endpoints;
    private final Map<String, Client> clients = new HashMap<>();
    private final Thread thread;
    private volatile boolean stopped;
    private volatile long acknowledged;
    private final AtomicLong failedTries = new AtomicLong();
    private final long begin = System.nanoTime();
    private volatile Gap longestGap = Gap.NONE;

    /**
     * A time between two acknowledgements.
     *
     * @param since when it began, from the writer's start
     * @param asking how much of it went into asking for the endpoints
     * @param tries what failed in it, and how often
     */
    public record Gap(Duration length, Duration since, Duration asking, Map<String, Integer> tries) {
        static final Gap NONE = new Gap(Duration.ZERO, Duration.ZERO, Duration.ZERO, Map.of());

        /** A gap that is longer than this is worth a reason. */
        private static final Duration LONG = Duration.ofSeconds(2);

        /** Its length, and for a long one what happened in it. */
        @Override
        public String toString() {
            return length.compareTo(LONG) < 0
                    ? length.toMillis() + " ms"
                    : length.toMillis() + " ms (after " + since.toMillis() + " ms, asked for endpoints for "
                            + asking.toMillis() + " ms; tries: " + tries + ")";
        }
    }

    private Writer(String prefix, Supplier<List<String>> endpoints) {
        this.prefix = prefix;
        this.endpoints = endpoints;
        this.thread = new Thread(this::write, "writer");
        this.thread.setDaemon(true);
    }

    /**
     * Starts writing.
     *
     * @param prefix what the keys begin with
     * @param endpoints the client URLs of the members there are now; asked before each write
     */
    public static Writer start(String prefix, Supplier<List<String>> endpoints) {
        var writer = new Writer(prefix, endpoints);
        writer.thread.start();
        return writer;
    }

    /** How many writes have been acknowledged. */
    public long acknowledged() {
        return acknowledged;
    }

    /** How many tries failed or took too long; each was tried again elsewhere. */
    public long failedTries() {
        return failedTries.get();
    }

    /** The longest time between two acknowledgements. */
    public Gap longestGap() {
        return longestGap;
    }

    /** Forgets the gaps so far. */
    public void forgetGaps() {
        longestGap = Gap.NONE;
    }

    /**
     * Stops writing and reads everything back.
     *
     * @return how many acknowledged writes are not there
     */
    public long stopAndCountLost() throws InterruptedException {
        stopped = true;
        thread.join();
        long lost = acknowledged - readBack();
        clients.values().forEach(Client::close);
        clients.clear();
        return lost;
    }

    @Override
    public void close() {
        stopped = true;
    }

    private void write() {
        long last = System.nanoTime();
        long asking = 0;
        var tries = new TreeMap<String, Integer>();
        var acknowledgement = new CompletableFuture<PutResponse>();
        int turn = 0;
        for (long number = 0; !stopped; ) {
            long asked = System.nanoTime();
            var urls = endpoints.get();
            asking += System.nanoTime() - asked;
            if (urls.isEmpty()) {
                continue;
            }
            String url = urls.get(turn % urls.size());
            String refusal = put(url, number, acknowledgement);
            if (refusal.isEmpty()) {
                long now = System.nanoTime();
                if (now - last > longestGap.length().toNanos()) {
                    longestGap = new Gap(
                            Duration.ofNanos(now - last),
                            Duration.ofNanos(last - begin),
                            Duration.ofNanos(asking),
                            Collections.unmodifiableMap(new TreeMap<>(tries)));
                }
                last = now;
                asking = 0;
                tries.clear();
                acknowledgement = new CompletableFuture<>();
                number++;
                acknowledged = number;
            } else {
                tries.merge(url + " " + refusal, 1, Integer::sum);
                failedTries.incrementAndGet();
                turn++;
            }
        }
    }

    /**
     * Why a try failed; nothing if the write was acknowledged meanwhile, in answer to this try or to an earlier one.
     *
     * @param acknowledgement of any try of this write: an endpoint that was slow may have done it all the same
     */
    private String put(String url, long number, CompletableFuture<PutResponse> acknowledgement) {
        try {
            var answer = client(url).getKVClient().put(key(number), bytes("x"));
            var unused = answer.thenAccept(acknowledgement::complete);
            CompletableFuture.anyOf(answer, acknowledgement).get(TRY.toMillis(), TimeUnit.MILLISECONDS);
            return "";
        } catch (ExecutionException e) {
            return String.valueOf(e.getCause());
        } catch (TimeoutException e) {
            return "no answer";
        } catch (InterruptedException e) {
            stopped = true;
            return "interrupted";
        }
    }

    /** The keys are numbered without a gap, so as many as were acknowledged must be there, or more. */
    private long readBack() throws InterruptedException {
        for (String url : endpoints.get()) {
            try {
                var found = new ArrayList<String>();
                ByteSequence from = bytes(prefix);
                while (true) {
                    var page = client(url)
                            .getKVClient()
                            .get(
                                    from,
                                    GetOption.builder()
                                            .withRange(bytes(prefix + "~"))
                                            .withLimit(PAGE)
                                            .withKeysOnly(true)
                                            .build())
                            .get(30, TimeUnit.SECONDS);
                    page.getKvs().forEach(kv -> found.add(kv.getKey().toString(StandardCharsets.UTF_8)));
                    if (!page.isMore()) {
                        return found.stream()
                                .filter(key -> key.compareTo(name(acknowledged)) < 0)
                                .count();
                    }
                    from = bytes(found.get(found.size() - 1) + "\0");
                }
            } catch (ExecutionException | TimeoutException e) {
                failedTries.incrementAndGet();
            }
        }
        return 0;
    }

    private Client client(String url) {
        return clients.computeIfAbsent(
                url,
                endpoint ->
                        Client.builder().endpoints(endpoint).waitForReady(false).build());
    }

    private ByteSequence key(long number) {
        return bytes(name(number));
    }

    private String name(long number) {
        return prefix + String.format("%012d", number);
    }

    private static ByteSequence bytes(String text) {
        return ByteSequence.from(text, StandardCharsets.UTF_8);
    }
}
