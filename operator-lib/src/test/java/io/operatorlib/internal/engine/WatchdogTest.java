package io.operatorlib.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.ResourceKey;
import io.operatorlib.internal.cache.StoredObject;
import io.operatorlib.internal.json.Codec;
import io.operatorlib.internal.json.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WatchdogTest {
    private static final ResourceKey KEY = new ResourceKey("ns", "a");

    private final List<StoredObject> live = new ArrayList<>();
    private final Set<ResourceKey> underWay = new HashSet<>();
    private final Watchdog watchdog = new Watchdog(() -> live, underWay::contains);

    private void live(String uid, int generation, int version) {
        live.clear();
        live.add(StoredObject.of(Json.parse(object(uid, generation, version))));
    }

    private void done(String uid, int generation, int version) {
        watchdog.done(new Codec().meta(Json.parse(object(uid, generation, version))));
    }

    private static String object(String uid, int generation, int version) {
        return "{\"metadata\":{\"namespace\":\"ns\",\"name\":\"a\",\"uid\":\"" + uid + "\",\"generation\":" + generation
                + ",\"resourceVersion\":\"" + version + "\"}}";
    }

    @Test
    void whatIsNeitherDoneNorUnderWayAtTwoLooksIsLost() {
        live("u", 1, 1);
        assertThat(watchdog.look()).as("it may just be on its way").isEmpty();
        assertThat(watchdog.look()).containsExactly(KEY);
        assertThat(watchdog.lost()).isEqualTo(1);
        underWay.add(KEY);
        assertThat(watchdog.look()).isEmpty();
        assertThat(watchdog.lost()).isZero();
    }

    @Test
    void whatIsDoneAtItsGenerationIsNot() {
        live("u", 3, 7);
        done("u", 3, 5);
        assertThat(watchdog.look()).isEmpty();
        assertThat(watchdog.look()).isEmpty();
    }

    @Test
    void whatWasDoneAtAnEarlierGenerationIs() {
        live("u", 3, 7);
        done("u", 2, 5);
        assertThat(watchdog.look()).isEmpty();
        assertThat(watchdog.look()).containsExactly(KEY);
    }

    @Test
    void anotherObjectOfTheSameNameIs() {
        live("other", 3, 7);
        done("u", 3, 7);
        assertThat(watchdog.look()).isEmpty();
        assertThat(watchdog.look()).containsExactly(KEY);
    }

    @Test
    void whatChangesBetweenTwoLooksIsGivenTimeAnew() {
        for (int version = 1; version < 5; version++) {
            live("u", version, version);
            assertThat(watchdog.look()).isEmpty();
        }
    }

    @Test
    void whatIsGoneIsForgotten() {
        live("u", 1, 1);
        assertThat(watchdog.look()).isEmpty();
        live.clear();
        watchdog.forget(KEY);
        assertThat(watchdog.look()).isEmpty();
    }
}
