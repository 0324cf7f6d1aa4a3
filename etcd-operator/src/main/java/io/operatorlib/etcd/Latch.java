package io.operatorlib.etcd;

import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.operatorlib.Observed;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What makes a bootstrap happen once: a ConfigMap, written before the first pod, that names the seed members, their
 * token, and the IDs that etcd will give them. {@code initial-cluster-state=new} is rendered from it and from nothing
 * else.
 *
 * <p><b>Flow.</b> <em>written</em>: the seeds' pods are made, behind their gates → <em>armed</em>: all of them exist, and
 * their UIDs are noted; only then gates are opened, so a seed that is missing from now on has lost its data →
 * <em>formed</em>: etcd answered by quorum; noted with the voters' names. A bootstrap in which no quorum can have been
 * reached, and whose spec was corrected, is <em>wiped</em>: its pods, then its volumes, then the latch go, and another
 * one follows with a new token. <em>hibernating</em> is noted before the first pod of a cluster is put to sleep.
 *
 * <p><b>Guarantees.</b> The data cannot be changed, the ConfigMap being immutable; the notes are annotations. A formed
 * cluster is never begun anew.
 *
 * @param token of this bootstrap alone
 * @param clusterId that etcd will have
 * @param seeds names of the first members, ascending
 * @param template what members are made from
 * @param armed the seeds' pod UIDs by their names; empty before
 * @param formed the names of the voters when etcd was last asked; empty before it ever answered
 */
record Latch(
        String token,
        long clusterId,
        List<String> seeds,
        Template template,
        Map<String, String> armed,
        List<String> formed,
        boolean wiping,
        boolean hibernating) {

    static final String ARMED = EtcdCluster.GROUP + "/armed";
    static final String FORMED = EtcdCluster.GROUP + "/formed";
    static final String WIPING = EtcdCluster.GROUP + "/wiping";
    static final String HIBERNATING = EtcdCluster.GROUP + "/hibernating";

    private static final Gson GSON = new Gson();

    static String name(Observed<?, ?> seen) {
        return name(seen.meta().name());
    }

    static String name(String cluster) {
        return cluster + "-latch";
    }

    static Latch of(Observed<?, ?> seen, List<String> seeds, String token, Template template) {
        var sorted = seeds.stream().sorted().toList();
        var ids = sorted.stream()
                .map(seed -> MemberIds.member(EtcdCluster.peerUrl(seen.meta(), seed), token))
                .toList();
        return new Latch(token, MemberIds.cluster(ids), sorted, template, Map.of(), List.of(), false, false);
    }

    static Optional<V1ConfigMap> find(Observed<?, ?> seen) {
        return seen.owned(V1ConfigMap.class, name(seen))
                .filter(map -> Objects.requireNonNull(map.getMetadata()).getDeletionTimestamp() == null);
    }

    static Latch read(V1ConfigMap map) {
        var data = Objects.requireNonNull(map.getData(), "the latch has lost its data");
        var notes = Optional.ofNullable(
                        Objects.requireNonNull(map.getMetadata()).getAnnotations())
                .orElse(Map.of());
        return new Latch(
                text(data, "token"),
                Long.parseUnsignedLong(text(data, "clusterId"), 16),
                words(text(data, "seeds")),
                Template.parse(text(data, "template")),
                armedBy(notes.get(ARMED)),
                words(notes.getOrDefault(FORMED, "")),
                notes.containsKey(WIPING),
                notes.containsKey(HIBERNATING));
    }

    /** The ConfigMap to create; its notes are made with it where it stands for a cluster that exists already. */
    V1ConfigMap map(Observed<?, ?> seen) {
        var data = new TreeMap<String, String>();
        data.put("cluster-uid", seen.meta().uid());
        data.put("token", token);
        data.put("clusterId", Long.toHexString(clusterId));
        data.put("seeds", String.join(" ", seeds));
        data.put("template", template.json());
        for (String seed : seeds) {
            String url = EtcdCluster.peerUrl(seen.meta(), seed);
            data.put(seed, url + " " + Long.toHexString(MemberIds.member(url, token)));
        }
        var meta = seen.ownedMeta(name(seen)).labels(EtcdCluster.labels(seen.meta()));
        if (!armed.isEmpty()) {
            meta.putAnnotationsItem(ARMED, GSON.toJson(armed));
        }
        if (!formed.isEmpty()) {
            meta.putAnnotationsItem(FORMED, String.join(" ", formed));
        }
        return new V1ConfigMap().metadata(meta).immutable(true).data(data);
    }

    /** A merge patch that makes a note. */
    static Map<String, ?> note(String name, String text) {
        return Map.of("metadata", Map.of("annotations", Map.of(name, text)));
    }

    /** A merge patch that takes a note away. */
    static Map<String, ?> unnote(String name) {
        var none = new LinkedHashMap<String, Object>();
        none.put(name, null);
        return Map.of("metadata", Map.of("annotations", none));
    }

    static Map<String, ?> arm(Map<String, String> uids) {
        return note(ARMED, GSON.toJson(new TreeMap<>(uids)));
    }

    Latch asFormed(Map<String, String> uids, List<String> voters) {
        return new Latch(token, clusterId, seeds, template, new TreeMap<>(uids), voters, wiping, hibernating);
    }

    boolean isArmed() {
        return !armed.isEmpty();
    }

    boolean hasFormed() {
        return !formed.isEmpty();
    }

    private static Map<String, String> armedBy(@Nullable String json) {
        return json == null ? Map.of() : GSON.fromJson(json, new TypeToken<TreeMap<String, String>>() {}.getType());
    }

    private static String text(Map<String, String> data, String key) {
        return Objects.requireNonNull(data.get(key), () -> "the latch lacks " + key);
    }

    private static List<String> words(String text) {
        return text.isBlank() ? List.of() : List.of(text.trim().split(" +"));
    }
}
