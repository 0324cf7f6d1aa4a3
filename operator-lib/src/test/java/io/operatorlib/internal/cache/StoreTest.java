package io.operatorlib.internal.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.ResourceKey;
import io.operatorlib.internal.json.Json;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StoreTest {
    private final Store store = new Store();

    private static StoredObject object(String name, String version, String owner) {
        return StoredObject.of(Json.parse("{\"metadata\":{\"namespace\":\"ns\",\"name\":\"" + name + "\",\"uid\":\"u-"
                + name + "\",\"resourceVersion\":\"" + version + "\",\"ownerReferences\":[{\"uid\":\"" + owner
                + "\"}]}}"));
    }

    private void put(StoredObject object) {
        store.apply(object.key(), object, object.resourceVersion());
    }

    private static SortedMap<ResourceKey, StoredObject> listOf(StoredObject... objects) {
        var list = new TreeMap<ResourceKey, StoredObject>();
        for (StoredObject object : objects) {
            list.put(object.key(), object);
        }
        return list;
    }

    @Test
    void objectsAreFoundByTheirOwnersInTheOrderOfTheirNames() {
        put(object("b", "1", "x"));
        put(object("a", "2", "x"));
        put(object("c", "3", "y"));

        assertThat(store.ownedBy("x")).extracting(object -> object.key().name()).containsExactly("a", "b");
        assertThat(store.ownedBy("nobody")).isEmpty();
    }

    @Test
    void t33_anObjectThatChangesItsOwnerIsFoundByTheNewOneOnly() {
        put(object("a", "1", "x"));
        put(object("a", "2", "y"));

        assertThat(store.ownedBy("x")).isEmpty();
        assertThat(store.ownedBy("y")).hasSize(1);
    }

    @Test
    void ofWhoManagesAnObjectsFieldsOnlyWhoAppliedIsKept() {
        var handlers = new Handlers("things", store, Projection.whole(), List.of());
        var read = handlers.read(Json.parse("{\"metadata\":{\"name\":\"a\",\"managedFields\":["
                        + "{\"manager\":\"user\",\"operation\":\"Update\",\"fieldsV1\":{\"f:spec\":{}}},"
                        + "{\"manager\":\"we\",\"operation\":\"Apply\",\"fieldsV1\":{\"f:data\":{}}}]}}"))
                .orElseThrow();

        assertThat(Json.objects(read.json(), "metadata", "managedFields"))
                .extracting(entry -> Json.text(entry, "manager"))
                .containsExactly("we");
    }

    @Test
    void t27_whoChangesATreeChangesNothingInTheStore() {
        put(object("a", "1", "x"));
        var key = new ResourceKey("ns", "a");
        store.get(key).orElseThrow().json().addProperty("mine", true);

        assertThat(store.get(key).orElseThrow().json().has("mine")).isFalse();
    }

    @Test
    void aWriteIsReflectedOnceTheStoreHasComeAsFar() {
        store.replace(listOf(), "9", 0);
        assertThat(store.reflects("10", 5)).isFalse();
        store.advance("10");
        assertThat(store.reflects("10", 5)).isTrue();
        store.advance("100");
        assertThat(store.reflects("99", 5)).isTrue();
    }

    @Test
    void aWriteIsReflectedOnceAllWasListedAfterItEvenIfVersionsStartedOver() {
        store.replace(listOf(), "1000", 0);
        store.replace(listOf(), "7", 20);

        assertThat(store.reflects("1001", 19)).isTrue();
        assertThat(store.reflects("1001", 20))
                .as("a list that began at the instant of the reply may have been read before the write")
                .isFalse();
        assertThat(store.reflects("1001", 21)).isFalse();
    }

    @Test
    void nothingIsReflectedBeforeTheFirstList() {
        assertThat(store.reflects("1", 0)).isFalse();
    }

    @Test
    void aListThatSaysWhatIsKnownChangesNothing() {
        store.replace(listOf(object("a", "1", "x")), "1", 0);

        assertThat(store.replace(listOf(object("a", "1", "x")), "2", 0)).isEmpty();
        assertThat(store.resourceVersion()).isEqualTo("2");
    }

    @Test
    void versionsAreOrderedAsNumbersWhereTheyAreNumbers() {
        assertThat(ResourceVersions.older("9", "10")).isTrue();
        assertThat(ResourceVersions.older("10", "10")).isFalse();
        assertThat(ResourceVersions.older("123456789012345678901", "123456789012345678902"))
                .isTrue();
        assertThat(ResourceVersions.compare("abc", "10")).isEmpty();
        assertThat(ResourceVersions.compare("", "10")).isEmpty();
        assertThat(ResourceVersions.compare("010", "10")).isEmpty();
    }

    @Test
    void pausesGrowToTheCapAndNeverShrinkForTenThousandFailures() {
        var backoff =
                new Backoff(java.time.Duration.ofMillis(5), java.time.Duration.ofSeconds(30), new java.util.Random(1));
        for (int i = 0; i < 10_000; i++) {
            var pause = backoff.next();
            long expected = i < 13 ? 5L << i : 30_000;
            assertThat(pause.toMillis()).isBetween(expected / 2 - 1, expected * 3 / 2 + 1);
        }
        backoff.reset();
        assertThat(backoff.next()).isLessThan(java.time.Duration.ofMillis(8));
    }
}
