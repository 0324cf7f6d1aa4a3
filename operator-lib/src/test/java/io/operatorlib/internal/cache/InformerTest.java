package io.operatorlib.internal.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.operatorlib.internal.VirtualScheduler;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.BuiltInKinds;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.internal.kube.ListQuery;
import io.operatorlib.spi.ApiResponse;
import io.operatorlib.spi.ApiWatch;
import io.operatorlib.spi.KubeApi;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InformerTest {
    private final FakeCluster cluster = new FakeCluster();
    private final VirtualScheduler scheduler = new VirtualScheduler();
    private final List<Change> told = new ArrayList<>();
    private final Informer informer = informer(told::add);

    private Informer informer(ChangeHandler... handlers) {
        var query = ListQuery.all(BuiltInKinds.of(V1ConfigMap.class)).in("ns");
        var made = new Informer(new KubeClient(cluster), scheduler, query, List.of(handlers));
        cluster.whenStepsAreOver = made::stop;
        return made;
    }

    private Map<String, String> stored() {
        var values = new TreeMap<String, String>();
        informer.store().all().forEach(object -> values.put(object.key().name(), Json.text(object.json(), "value")));
        return values;
    }

    private List<String> words() {
        return told.stream()
                .map(change -> change.key().name()
                        + (change.before() == null ? " added" : change.after() == null ? " deleted" : " changed"))
                .toList();
    }

    private void stopAfter(Duration time) {
        cluster.onWatch = () -> {
            if (scheduler.nanoTime() > time.toNanos()) {
                informer.stop();
            }
        };
        cluster.whenStepsAreOver = () -> {};
    }

    @Test
    void theStoreFollowsAddsChangesAndDeletes() {
        cluster.put("a", "1");
        cluster.then(() -> cluster.put("b", "1"));
        cluster.then(() -> cluster.put("a", "2"));
        cluster.then(() -> cluster.delete("b"));
        informer.run();

        assertThat(words()).containsExactly("a added", "b added", "a changed", "b deleted");
        assertThat(stored()).containsExactly(Map.entry("a", "2"));
        assertThat(informer.store().resourceVersion()).isEqualTo(String.valueOf(cluster.version));
    }

    @Test
    void t10_whatHappensWhileTheWatchIsDownAndForgottenIsAllTold() {
        for (int i = 0; i < 50; i++) {
            cluster.put("old" + i, "1");
        }
        cluster.then(told::clear);
        cluster.then(() -> {
            for (int i = 0; i < 25; i++) {
                cluster.put("old" + i, "2");
                cluster.delete("old" + (25 + i));
                cluster.put("new" + i, "1");
            }
            cluster.forget();
        });
        informer.run();

        assertThat(told).hasSize(75);
        assertThat(words()).filteredOn(word -> word.endsWith("changed")).hasSize(25);
        assertThat(words()).filteredOn(word -> word.endsWith("added")).hasSize(25);
        assertThat(words()).filteredOn(word -> word.endsWith("deleted")).hasSize(25);
        assertThat(stored()).hasSize(50);
        assertThat(cluster.lists()).isEqualTo(2);
    }

    @Test
    void t10_anObjectThatTookTheNameOfAnotherIsADeleteAndAnAdd() {
        cluster.put("a", "1");
        cluster.then(told::clear);
        cluster.then(() -> {
            cluster.delete("a");
            cluster.put("a", "1");
            cluster.forget();
        });
        informer.run();

        assertThat(words()).containsExactly("a deleted", "a added");
    }

    @Test
    void t21_aStreamThatEndsIsTakenUpWhereItEndedWithoutAList() {
        cluster.put("a", "1");
        for (int i = 0; i < 10; i++) {
            String value = "v" + i;
            cluster.then(() -> cluster.put("a", value));
            cluster.thenEnd();
        }
        informer.run();

        assertThat(cluster.lists()).isEqualTo(1);
        assertThat(cluster.watches()).isGreaterThanOrEqualTo(11);
        assertThat(told).hasSize(11);
        assertThat(stored()).containsExactly(Map.entry("a", "v9"));
    }

    @Test
    void t21_aStreamThatBreaksIsTakenUpWhereItBroke() {
        cluster.put("a", "1");
        cluster.steps.add(() -> {
            cluster.put("a", "2");
            throw new KubeApi.NoReplyException("connection reset");
        });
        informer.run();

        assertThat(cluster.lists()).isEqualTo(1);
        assertThat(stored()).containsExactly(Map.entry("a", "2"));
    }

    @Test
    void t28_bookmarksAreAskedForAndMoveThePlaceFromWhichItGoesOn() {
        cluster.put("a", "1");
        cluster.then(() -> cluster.version = 5000);
        cluster.thenLine("{\"type\":\"BOOKMARK\",\"object\":{\"metadata\":{\"resourceVersion\":\"5000\"}}}");
        cluster.thenEnd();
        informer.run();

        var watches = cluster.requests.stream()
                .filter(request -> request.query().containsKey("watch"))
                .toList();
        assertThat(watches.get(0).query())
                .containsEntry("allowWatchBookmarks", "true")
                .containsEntry("resourceVersion", "101");
        assertThat(watches.get(1).query()).containsEntry("resourceVersion", "5000");
    }

    @Test
    void t28_aListAsksForTheMostRecentStateAndInPages() {
        informer.run();

        assertThat(cluster.requests.get(0).query())
                .doesNotContainKey("resourceVersion")
                .containsEntry("limit", String.valueOf(KubeClient.PAGE));
    }

    @Test
    void t29_410AsAReplyMeansANewList() {
        cluster.put("a", "1");
        cluster.watchRefusals.add(410);
        informer.run();

        assertThat(cluster.lists()).isEqualTo(2);
    }

    @Test
    void t29_410InTheStreamMeansANewList() {
        cluster.put("a", "1");
        cluster.thenLine("{\"type\":\"ERROR\",\"object\":" + FakeCluster.status(410, "Expired") + "}");
        informer.run();

        assertThat(cluster.lists()).isEqualTo(2);
    }

    @Test
    void t29_streamsThatEndAtOnceWithoutAWordMeanANewListInTheEnd() {
        cluster.put("a", "1");
        for (int i = 0; i < Informer.FRUITLESS; i++) {
            cluster.thenEnd();
        }
        informer.run();

        assertThat(cluster.lists()).isEqualTo(2);
    }

    @Test
    void t20_aVersionThatTheServerHasNeverHadMeansANewList() {
        cluster.put("a", "1");
        cluster.thenLine("""
                {"type":"ERROR","object":{"kind":"Status","code":504,"reason":"Timeout",
                 "details":{"causes":[{"reason":"ResourceVersionTooLarge","message":"Too large resource version"}]}}}\
                """);
        informer.run();

        assertThat(cluster.lists()).isEqualTo(2);
    }

    @Test
    void t20_aServerThatCameBackWithAnOlderStateIsListedAndDeletesAreTold() {
        cluster.put("a", "1");
        cluster.put("b", "1");
        cluster.then(told::clear);
        cluster.steps.add(() -> {
            cluster.objects.remove("b");
            cluster.goBackTo(50);
            throw new KubeApi.NoReplyException("connection refused");
        });
        informer.run();

        assertThat(cluster.lists()).isEqualTo(2);
        assertThat(words()).containsExactly("b deleted");
        assertThat(informer.store().resourceVersion()).isEqualTo("50");
    }

    private void letTheStreamLast(Duration sparedOfItsTime) {
        cluster.then(() -> {
            String asked =
                    cluster.requests.get(cluster.requests.size() - 1).query().get("timeoutSeconds");
            scheduler.sleep(Duration.ofSeconds(Long.parseLong(asked)).minus(sparedOfItsTime));
        });
    }

    @Test
    void t20_aServerThatIsRestoredWhileAStreamIsOldIsListedThoughItEndsTheStreamInOrder() {
        cluster.put("a", "1");
        cluster.put("b", "1");
        letTheStreamLast(Duration.ofSeconds(1));
        cluster.then(() -> {
            cluster.objects.remove("b");
            cluster.goBackTo(50);
        });
        cluster.thenEnd();
        informer.run();

        assertThat(cluster.lists()).isEqualTo(2);
        assertThat(stored()).containsOnlyKeys("a");
    }

    @Test
    void t21_afterAStreamThatHasLastedItsTimeNobodyIsAskedAnything() {
        cluster.put("a", "1");
        letTheStreamLast(Duration.ZERO);
        cluster.thenEnd();
        informer.run();

        assertThat(cluster.requests.stream()
                        .filter(request -> "1".equals(request.query().get("limit"))))
                .isEmpty();
    }

    @Test
    void t20_versionsThatGoBackWithinAStreamMeanANewList() {
        cluster.put("a", "1");
        cluster.thenLine("{\"type\":\"BOOKMARK\",\"object\":{\"metadata\":{\"resourceVersion\":\"7\"}}}");
        informer.run();

        assertThat(cluster.lists()).isEqualTo(2);
    }

    @Test
    void t16_streamsThatEndAtOnceAreNotOpenedMoreThanAFewTimesASecond() {
        stopAfter(Duration.ofMinutes(10));
        informer.run();

        // mostly at the longest pause
        assertThat(cluster.watches()).isLessThan(600 / 5);
    }

    @Test
    void t16_streamsThatBringOneEventAndEndAreNotOpenedMoreThanAFewTimesASecond() {
        stopAfter(Duration.ofMinutes(1));
        for (int i = 0; i < 10_000; i++) {
            cluster.then(() -> cluster.put("a", "x"));
            cluster.thenEnd();
        }
        informer.run();

        assertThat(cluster.watches()).isLessThan(60 * 5);
    }

    @Test
    void t17_listsThatFailAreTriedAgainWithGrowingPausesWithJitterUpToACap() {
        var times = new ArrayList<Long>();
        for (int i = 0; i < 30; i++) {
            cluster.listReplies.add(ApiResponse.of(500, FakeCluster.status(500, "InternalError")));
        }
        var clock = new KubeApi() {
            @Override
            public ApiResponse send(io.operatorlib.spi.ApiRequest request) {
                times.add(scheduler.nanoTime());
                return cluster.send(request);
            }

            @Override
            public ApiWatch watch(io.operatorlib.spi.ApiRequest request) {
                return cluster.watch(request);
            }
        };
        var query = ListQuery.all(BuiltInKinds.of(V1ConfigMap.class));
        var failing = new Informer(new KubeClient(clock), scheduler, query, List.of());
        cluster.whenStepsAreOver = failing::stop;
        failing.run();

        var pauses = new ArrayList<Duration>();
        for (int i = 1; i < times.size(); i++) {
            pauses.add(Duration.ofNanos(times.get(i) - times.get(i - 1)));
        }
        assertThat(pauses.get(0)).isLessThan(Retries.FIRST_PAUSE.multipliedBy(2));
        assertThat(pauses).hasSize(30).allMatch(pause -> pause.compareTo(Retries.LONGEST_PAUSE.multipliedBy(2)) < 0);
        assertThat(pauses.subList(10, 30))
                .allMatch(pause -> pause.compareTo(Retries.LONGEST_PAUSE.dividedBy(2)) >= 0)
                .doesNotHaveDuplicates();
        assertThat(failing.synced()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void t29_aServerThatSaysHowLongToWaitIsObeyed(int code) {
        var reply = ApiResponse.of(code, FakeCluster.status(code, "Busy"));
        cluster.listReplies.add(new ApiResponse(code, Map.of("retry-after", "40"), reply.body()));
        informer.run();

        assertThat(Duration.ofNanos(scheduler.nanoTime())).isGreaterThanOrEqualTo(Duration.ofSeconds(40));
        assertThat(informer.synced()).isTrue();
    }

    @Test
    void t12_aHandlerThatThrowsAtOneObjectKeepsNobodyElseFromBeingTold() {
        var others = new ArrayList<String>();
        cluster.put("bad", "1");
        cluster.put("good", "1");
        var made = informer(
                change -> {
                    if (change.key().name().equals("bad")) {
                        throw new IllegalStateException("cannot index this one");
                    }
                    told.add(change);
                },
                change -> others.add(change.key().name()));
        cluster.then(() -> cluster.put("bad", "2"));
        cluster.then(() -> cluster.put("good", "2"));
        made.run();

        assertThat(words()).containsExactly("good added", "good changed");
        assertThat(others).containsExactly("bad", "good", "bad", "good");
        assertThat(made.store().size()).isEqualTo(2);
    }

    @Test
    void t12_anObjectWithoutANameIsLeftOutAndTheOthersAreKept() {
        cluster.put("a", "1");
        cluster.objects.put("nameless", Json.parse("{\"metadata\":{}}"));
        cluster.thenLine("{\"type\":\"ADDED\",\"object\":{\"metadata\":{\"resourceVersion\":\"200\"}}}");
        cluster.then(() -> {
            cluster.version = 300;
            cluster.put("b", "1");
        });
        informer.run();

        assertThat(stored()).containsOnlyKeys("a", "b");
        assertThat(cluster.lists()).isEqualTo(1);
    }

    @Test
    void t25_syncedIsSaidOnlyAfterTheHandlersHaveRun() {
        var syncedWhenTold = new ArrayList<Boolean>();
        cluster.put("a", "1");
        var made = new Informer[1];
        made[0] = informer(change -> syncedWhenTold.add(made[0].synced()));
        made[0].run();

        assertThat(syncedWhenTold).containsExactly(false);
        assertThat(made[0].synced()).isTrue();
    }

    @Test
    void t22_whoIsToldKnowsAtEachStepWhatIsInTheStore() {
        var view = new TreeMap<String, String>();
        var made = new Informer[1];
        var random = new java.util.Random(3);
        made[0] = informer(change -> {
            if (change.after() == null) {
                view.remove(change.key().name());
            } else {
                view.put(change.key().name(), change.after().resourceVersion());
            }
        });
        for (int round = 0; round < 1000; round++) {
            cluster.then(() -> {
                String name = "n" + random.nextInt(8);
                if (cluster.objects.containsKey(name) && random.nextBoolean()) {
                    cluster.delete(name);
                } else {
                    cluster.put(name, "x");
                }
                if (random.nextInt(10) == 0) {
                    cluster.forget();
                }
            });
            cluster.then(() -> {
                var stored = new TreeMap<String, String>();
                made[0].store().all().forEach(object -> stored.put(object.key().name(), object.resourceVersion()));
                assertThat(view).isEqualTo(stored);
            });
        }
        made[0].run();

        var real = new TreeMap<String, String>();
        cluster.objects.forEach((name, json) -> real.put(name, Json.resourceVersion(json)));
        assertThat(view).isEqualTo(real);
    }

    @Test
    void aSilentStreamIsOpenedAnew() {
        cluster.put("a", "1");
        cluster.steps.add(() -> Optional.of(new ApiWatch.Idle()));
        cluster.then(() -> cluster.put("a", "2"));
        informer.run();

        assertThat(cluster.watches()).isGreaterThanOrEqualTo(2);
        assertThat(cluster.lists()).isEqualTo(1);
        assertThat(stored()).containsExactly(Map.entry("a", "2"));
    }

    @Test
    void healthNamesTheProblemWhileThereIsOneAndIsWellAfterwards() {
        cluster.listReplies.add(ApiResponse.of(403, FakeCluster.status(403, "Forbidden")));
        var seen = new ArrayList<InformerHealth>();
        cluster.put("a", "1");
        var made = new Informer[1];
        made[0] = informer(change -> seen.add(made[0].health()));
        cluster.then(() -> seen.add(made[0].health()));
        made[0].run();

        assertThat(seen.get(0).well()).isFalse();
        assertThat(seen.get(0).problem()).contains("403", "Forbidden");
        assertThat(seen.get(1).well()).isTrue();
        assertThat(seen.get(1).problem()).isEmpty();
    }

    @Test
    void whereTheServerStreamsListsOneWatchListsAndWatches() {
        cluster.streams = true;
        cluster.put("a", "1");
        cluster.put("b", "1");
        cluster.then(() -> cluster.put("a", "2"));
        cluster.then(() -> cluster.delete("b"));
        informer.run();

        assertThat(words()).containsExactly("a added", "b added", "a changed", "b deleted");
        assertThat(cluster.initial).hasSize(1);
        assertThat(cluster.initial.get(0).query())
                .containsEntry("sendInitialEvents", "true")
                .containsEntry("resourceVersionMatch", "NotOlderThan")
                .containsEntry("allowWatchBookmarks", "true")
                .doesNotContainKey("resourceVersion");
        assertThat(cluster.lists()).isZero();
        assertThat(informer.lists()).isEqualTo(1);
    }

    @Test
    void aStreamedListThatIsForgottenIsStreamedAnew() {
        cluster.streams = true;
        cluster.put("a", "1");
        cluster.put("b", "1");
        cluster.then(told::clear);
        cluster.then(() -> {
            cluster.delete("b");
            cluster.forget();
        });
        informer.run();

        assertThat(words()).containsExactly("b deleted");
        assertThat(cluster.initial).hasSize(2);
    }

    @Test
    void aStreamedListThatBreaksOffTellsNothingAndIsGivenUpInTheEnd() {
        cluster.streams = true;
        cluster.put("a", "1");
        cluster.put("b", "1");
        cluster.sentBeforeTheEnd = 1;
        informer.run();

        assertThat(cluster.initial).hasSize(Informer.FRUITLESS);
        assertThat(cluster.lists()).isEqualTo(1);
        assertThat(words()).containsExactly("a added", "b added");
    }

    @Test
    void aServerThatDoesNotKnowStreamedListsIsAskedOnce() {
        cluster.put("a", "1");
        cluster.then(() -> {
            cluster.put("b", "1");
            cluster.forget();
        });
        informer.run();

        assertThat(cluster.initial).hasSize(1);
        assertThat(cluster.lists()).isEqualTo(2);
        assertThat(scheduler.nanoTime()).as("without a pause for it").isLessThan(5_000_000_000L);
    }

    @Test
    void t11_whatIsDeletedLeavesNoGhostWhateverTheProjectionDoesWithIt() {
        Projection refusing = json -> {
            if (Json.text(json, "value").equals("bad")) {
                throw new IllegalStateException("cannot be projected");
            }
            return Json.parse("{\"kept\":\"" + Json.text(json, "value") + "\"}");
        };
        var projected =
                new Informer(new KubeClient(cluster), scheduler, informer.query(), refusing, List.of(told::add));
        cluster.whenStepsAreOver = projected::stop;
        cluster.put("bad", "bad");
        cluster.put("good", "1");
        var sizes = new ArrayList<Long>();
        cluster.then(() -> {
            assertThat(projected.store().broken()).isEqualTo(1);
            assertThat(projected.store().bytes()).isEqualTo("{\"kept\":\"1\"}".length());
            var bad = projected
                    .store()
                    .get(new io.operatorlib.ResourceKey("ns", "bad"))
                    .orElseThrow();
            assertThatThrownBy(bad::json).hasMessageContaining("cannot be projected");
            cluster.delete("bad");
            cluster.delete("good");
            cluster.forget();
        });
        cluster.then(() -> sizes.add(projected.store().bytes()));
        projected.run();

        assertThat(words()).containsExactly("bad added", "good added", "bad deleted", "good deleted");
        assertThat(projected.store().broken()).isZero();
        assertThat(sizes).containsExactly(0L);
    }
}
