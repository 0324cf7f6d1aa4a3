package io.operatorlib.etcd;

import static io.operatorlib.etcd.MemberState.*;

import io.kubernetes.client.openapi.models.V1PersistentVolumeClaim;
import io.operatorlib.Meta;
import io.operatorlib.Observed;
import io.operatorlib.Plan;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Everything that there is of a cluster's members in Kubernetes, by name; with a member list, the state of each.
 *
 * @param pods by their names
 * @param claims those that are not retired, by their names
 */
record Roster(Meta cluster, Instant now, Map<String, PodView> pods, Map<String, V1PersistentVolumeClaim> claims) {

    static Roster of(Observed<?, ?> seen) {
        var pods = new TreeMap<String, PodView>();
        seen.owned(PodView.class).forEach(pod -> pods.put(pod.name(), pod));
        var claims = new TreeMap<String, V1PersistentVolumeClaim>();
        for (var claim : MemberVolume.of(seen)) {
            claims.put(
                    Objects.requireNonNull(
                            Objects.requireNonNull(claim.getMetadata()).getName()),
                    claim);
        }
        return new Roster(seen.meta(), seen.now(), pods, claims);
    }

    /** Names that are in use. */
    Set<String> names() {
        var names = new TreeSet<>(pods.keySet());
        names.addAll(claims.keySet());
        return names;
    }

    /** Where members may be asked. */
    List<Etcd.Endpoint> endpoints() {
        return pods.values().stream()
                .filter(pod -> !pod.gated() && !pod.ended() && !pod.address().isEmpty())
                .map(pod -> new Etcd.Endpoint(
                        EtcdCluster.peerUrl(cluster, pod.name()),
                        "http://" + pod.address() + ":" + EtcdCluster.CLIENT_PORT))
                .toList();
    }

    /** Gives pods their labels back where somebody took them away: peers and clients find members by them. */
    <S> Plan<S> labelled(Plan<S> before) {
        var plan = before;
        for (var pod : pods.values()) {
            var missing = EtcdCluster.labels(cluster, pod.name());
            missing.entrySet().removeAll(pod.labels().entrySet());
            if (!pod.terminating() && !missing.isEmpty()) {
                plan = plan.patch(pod.named(), Map.of("metadata", Map.of("labels", missing)));
            }
        }
        return plan;
    }

    /** The members and what is left of former ones, in the order in which they were made. */
    List<Member> members(Membership membership, Template template) {
        var listed = new HashMap<String, Membership.Member>();
        membership.members().forEach(line -> listed.put(EtcdCluster.memberName(cluster, line.peerUrl()), line));
        var all = new HashSet<>(names());
        all.addAll(listed.keySet());
        var members = new ArrayList<Member>();
        for (String name : all) {
            var line = listed.get(name);
            var state = line == null ? unlisted(name, listed.keySet()) : listed(name, line, listed.keySet(), template);
            if (state != null) {
                long id = line == null ? 0 : line.id();
                members.add(new Member(name, id, state, line != null && membership.leader() == id));
            }
        }
        members.sort(Comparator.comparing(this::madeAt).thenComparing(Member::name));
        return members;
    }

    /** Tells whether a pod is there and nobody has deleted it. */
    boolean stays(String name) {
        var pod = pods.get(name);
        return pod != null && !pod.terminating();
    }

    /**
     * When the first of the terminating pods counts as gone.
     *
     * @return empty where none will
     */
    Optional<Instant> nextOverdue(Duration declared) {
        return pods.values().stream()
                .filter(PodView::terminating)
                .map(pod -> pod.overdueAt(declared))
                .filter(time -> time.isAfter(now))
                .min(Comparator.naturalOrder());
    }

    /** Tells whether a member's data is on a volume that is there. */
    boolean keptOnVolume(String name) {
        var claim = claims.get(name);
        return claim != null
                && !MemberVolume.lost(claim)
                && Objects.requireNonNull(claim.getMetadata()).getDeletionTimestamp() == null;
    }

    private boolean lostVolume(String name) {
        var claim = claims.get(name);
        return claim != null && MemberVolume.lost(claim);
    }

    private Instant madeAt(Member member) {
        var pod = pods.get(member.name());
        return pod == null ? Instant.EPOCH : pod.madeAt();
    }

    private MemberState listed(String name, Membership.Member line, Set<String> list, Template template) {
        if (!name.startsWith(cluster.name() + "-") || name.contains("/")) {
            return line.learner() ? LEARNER_FOREIGN : VOTER_FOREIGN;
        }
        var pod = pods.get(name);
        if (pod != null && !pod.ended() && line.serving()) {
            return line.learner()
                    ? (pod.terminating() ? LEARNER_LEAVING : LEARNER_SERVING)
                    : (pod.terminating() ? VOTER_LEAVING : VOTER_SERVING);
        }
        boolean persistent = template.persistent() != null;
        if (pod == null || pod.ended()) {
            boolean kept = persistent && line.started() && keptOnVolume(name);
            return line.learner() ? (kept ? LEARNER_PODLESS : LEARNER_LOST) : (kept ? VOTER_PODLESS : VOTER_LOST);
        }
        if (pod.terminating()) {
            boolean overdue = !now.isBefore(
                    pod.overdueAt(Duration.ofSeconds(template.schedule().nodeGoneAfter())));
            return line.learner()
                    ? (overdue ? LEARNER_LOST : LEARNER_LEAVING)
                    : (overdue ? VOTER_LOST : VOTER_STOPPING);
        }
        if (persistent && (!claims.containsKey(name) || lostVolume(name))) {
            return line.learner() ? LEARNER_LOST : VOTER_LOST;
        }
        return line.learner() ? learner(pod, line, list) : voter(pod, line);
    }

    private static MemberState voter(PodView pod, Membership.Member line) {
        if (pod.gated()) {
            return VOTER_GATED;
        }
        return line.started() ? VOTER_SILENT : VOTER_UNSTARTED;
    }

    private static MemberState learner(PodView pod, Membership.Member line, Set<String> list) {
        if (!line.started() && !pod.renderedFor().equals(list)) {
            return LEARNER_STALE;
        }
        return pod.gated() ? LEARNER_GATED : LEARNER_STARTING;
    }

    private @Nullable MemberState unlisted(String name, Set<String> list) {
        var pod = pods.get(name);
        if (pod == null) {
            return keptOnVolume(name) || lostVolume(name) ? UNLISTED_VOLUME : null;
        }
        if (pod.terminating()) {
            return UNLISTED_LEAVING;
        }
        if (!pod.gated()) {
            return UNLISTED_RUNNING;
        }
        var wished = new HashSet<>(list);
        wished.add(name);
        return pod.renderedFor().equals(wished) ? CANDIDATE : CANDIDATE_STALE;
    }
}
