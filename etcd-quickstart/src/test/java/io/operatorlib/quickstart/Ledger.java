package io.operatorlib.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.options.GetOption;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What was written to an etcd cluster and acknowledged, and must be there for ever after. */
final class Ledger {
    private static final int ENTRIES = 20;
    private static final int TRY_SECONDS = 5;

    private final Supplier<List<String>> endpoints;
    private final Map<String, String> entries = new TreeMap<>();

    /**
     * Begins an empty one.
     *
     * @param endpoints the client URLs of the members that there are now
     */
    Ledger(Supplier<List<String>> endpoints) {
        this.endpoints = endpoints;
    }

    /** Writes some more entries. */
    void write(String chapter) {
        for (int i = 0; i < ENTRIES; i++) {
            String key = "ledger/" + entries.size();
            Await.until("written: " + key, () -> endpoints.get().stream().anyMatch(url -> put(url, key, chapter)));
            entries.put(key, chapter);
        }
    }

    /** A read by quorum is answered from the member's own data, so each member has to have everything. */
    void assertWholeOnEveryMember() {
        for (String url : endpoints.get()) {
            assertThat(read(url)).as(url).isEqualTo(entries);
        }
    }

    private static boolean put(String url, String key, String value) {
        try (var client = Client.builder().endpoints(url).waitForReady(false).build()) {
            client.getKVClient().put(bytes(key), bytes(value)).get(TRY_SECONDS, TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, String> read(String url) {
        var all = GetOption.builder().isPrefix(true).build();
        try (var client = Client.builder().endpoints(url).waitForReady(false).build()) {
            return client.getKVClient().get(bytes("ledger/"), all).get(TRY_SECONDS, TimeUnit.SECONDS).getKvs().stream()
                    .collect(Collectors.toMap(kv -> text(kv.getKey()), Ledger::value));
        } catch (ExecutionException | TimeoutException | InterruptedException e) {
            throw new IllegalStateException(url + " cannot be read", e);
        }
    }

    private static String value(KeyValue entry) {
        return text(entry.getValue());
    }

    private static String text(ByteSequence bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static ByteSequence bytes(String text) {
        return ByteSequence.from(text, StandardCharsets.UTF_8);
    }
}
