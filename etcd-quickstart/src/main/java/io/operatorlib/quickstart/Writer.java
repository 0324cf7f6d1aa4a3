package io.operatorlib.quickstart;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.options.GetOption;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * An application that writes to an etcd cluster all the time: one key after another, each tried on one endpoint after
 * another until it is acknowledged. It remembers what was acknowledged, and how long it ever had to wait.
 */
public final class Writer implements AutoCloseable {
    /** How long one try on one endpoint may take. */
    public static final Duration TRY = Duration.ofMillis(400);

    private static final int PAGE = 10_000;

    private final String prefix;
    private final Supplier<List<String>> endpoints;
    private final Map<String, Client> clients = new HashMap<>();
    private final Thread thread;
    private volatile boolean stopped;
    private volatile long acknowledged;
    private final AtomicLong failedTries = new AtomicLong();
    private volatile long longestGapNanos;

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
    public Duration longestGap() {
        return Duration.ofNanos(longestGapNanos);
    }

    /** Forgets the gaps so far. */
    public void forgetGaps() {
        longestGapNanos = 0;
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
        int turn = 0;
        for (long number = 0; !stopped; ) {
            var urls = endpoints.get();
            if (urls.isEmpty()) {
                continue;
            }
            if (put(urls.get(turn % urls.size()), number)) {
                long now = System.nanoTime();
                longestGapNanos = Math.max(longestGapNanos, now - last);
                last = now;
                number++;
                acknowledged = number;
            } else {
                failedTries.incrementAndGet();
                turn++;
            }
        }
    }

    private boolean put(String url, long number) {
        try {
            client(url).getKVClient().put(key(number), bytes("x")).get(TRY.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            stopped = true;
            return false;
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
