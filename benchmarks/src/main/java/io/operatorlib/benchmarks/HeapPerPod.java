package io.operatorlib.benchmarks;

import com.google.gson.JsonObject;
import io.kubernetes.client.openapi.models.V1Pod;
import io.operatorlib.internal.RealScheduler;
import io.operatorlib.internal.cache.Informer;
import io.operatorlib.internal.cache.Projection;
import io.operatorlib.internal.json.Codec;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.BuiltInKinds;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.internal.kube.ListQuery;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiResponse;
import io.operatorlib.spi.ApiWatch;
import io.operatorlib.spi.KubeApi;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** The heap that one cached pod of 6.7 KB JSON takes, in each of the forms in which it may be kept. */
public final class HeapPerPod {
    private static final int PODS = 5_000;
    private static final int SIZE = 6_700;

    private HeapPerPod() {}

    /** What an operator may want of a pod. */
    record Member(String name, String uid, String phase, boolean ready, String podIp) {
        static Member of(JsonObject pod) {
            return new Member(
                    Json.text(pod, "metadata", "name"),
                    Json.uid(pod),
                    Json.text(pod, "status", "phase"),
                    Json.objects(pod, "status", "conditions").stream()
                            .anyMatch(
                                    condition -> Json.text(condition, "status").equals("True")),
                    Json.text(pod, "status", "podIP"));
        }
    }

    static String pod(int number) {
        var pod = new StringBuilder("{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"namespace\":\"default\","
                + "\"name\":\"pod-" + number + "\",\"uid\":\"00000000-0000-4000-8000-" + (100_000_000_000L + number)
                + "\",\"resourceVersion\":\"" + (1_000 + number)
                + "\",\"labels\":{\"app\":\"web\"},\"ownerReferences\":[{\"apiVersion\":\"apps/v1\",\"kind\":\"ReplicaSet\","
                + "\"name\":\"web\",\"uid\":\"00000000-0000-4000-8000-000000000001\",\"controller\":true}]},"
                + "\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\",\"env\":[");
        for (int i = 0; pod.length() < SIZE - 250; i++) {
            pod.append(i > 0 ? "," : "")
                    .append("{\"name\":\"VARIABLE_" + i + "\",\"value\":\"value-" + number + "-" + i + "\"}");
        }
        return pod.append("]}]},\"status\":{\"phase\":\"Running\",\"podIP\":\"10.0.0.1\",\"conditions\":[{\"type\":"
                        + "\"Ready\",\"status\":\"True\"}]}}")
                .toString();
    }

    public static void main(String[] args) {
        var codec = new Codec();
        System.out.println("| kept as | bytes of heap for a pod of " + pod(0).length() + " |\n|---|---|");
        tell("operator-lib, whole", informer(Projection.whole()));
        tell("operator-lib, projected", informer(pod -> codec.encode(Member.of(pod))));
        tell("client-java's V1Pod", objects(i -> codec.decode(V1Pod.class, Json.parse(pod(i)))));
        tell("a Gson tree", objects(i -> Json.parse(pod(i))));
        System.exit(0);
    }

    /** Something that is kept, and what the heap held before. */
    private record Kept(Object what, long before) {}

    private static void tell(String name, Kept kept) {
        try {
            System.out.println("| " + name + " | " + (used() - kept.before()) / PODS + " |");
        } finally {
            Reference.reachabilityFence(kept.what());
        }
    }

    private static Kept objects(IntFunction<Object> each) {
        long before = used();
        var all = new ArrayList<>(PODS);
        for (int i = 0; i < PODS; i++) {
            all.add(each.apply(i));
        }
        return new Kept(all, before);
    }

    private static Kept informer(Projection projection) {
        long before = used();
        var scheduler = new RealScheduler();
        var informer = new Informer(
                new KubeClient(new Pods()),
                scheduler,
                ListQuery.all(BuiltInKinds.of(V1Pod.class)),
                projection,
                List.of());
        informer.start();
        try {
            informer.awaitSynced(Duration.ofMinutes(1));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return new Kept(informer, before);
    }

    private static long used() {
        var runtime = Runtime.getRuntime();
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /** A server of pods that lets nothing happen. */
    private static final class Pods implements KubeApi {
        @Override
        public ApiResponse send(ApiRequest request) {
            int from = Integer.parseInt(request.query().getOrDefault("continue", "0"));
            int to = Math.min(PODS, from + KubeClient.PAGE);
            var list = new StringBuilder("{\"metadata\":{\"resourceVersion\":\"9\"");
            list.append(to < PODS ? ",\"continue\":\"" + to + "\"" : "").append("},\"items\":[");
            for (int i = from; i < to; i++) {
                list.append(i > from ? "," : "").append(pod(i));
            }
            return ApiResponse.of(200, list.append("]}").toString());
        }

        @Override
        public ApiWatch watch(ApiRequest request) {
            return new ApiWatch() {
                @Override
                public int status() {
                    return request.query().containsKey("sendInitialEvents") ? 422 : 200;
                }

                @Override
                public String refusal() {
                    return "{}";
                }

                @Override
                public Next next(Duration atMost) throws InterruptedException {
                    new RealScheduler().sleep(atMost);
                    return new Idle();
                }

                @Override
                public void close() {}
            };
        }
    }
}
