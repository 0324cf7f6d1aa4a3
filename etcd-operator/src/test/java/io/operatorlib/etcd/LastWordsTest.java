package io.operatorlib.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.openapi.models.V1ContainerState;
import io.kubernetes.client.openapi.models.V1ContainerStateTerminated;
import io.kubernetes.client.openapi.models.V1ContainerStateWaiting;
import io.kubernetes.client.openapi.models.V1ContainerStatus;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1PodStatus;
import org.junit.jupiter.api.Test;

/** What is read off the end of a member's log; the lines are etcd's own, of a disk without room. */
class LastWordsTest {
    private static final String NO_ROOM = """
            el":"error","ts":"2026-11-23T01:03:49Z","logger":"bbolt","caller":"bbolt@v1.4.3/tx.go:247","msg":"Committing \
            transaction failed: write /data/member/snap/db: no space left on device","stacktrace":"go.etcd.io/bbolt"}
            {"level":"fatal","ts":"2026-11-23T01:03:49Z","caller":"backend/batch_tx.go:282","msg":"failed to commit tx",\
            "error":"write /data/member/snap/db: no space left on device","stacktrace":"go.etcd.io/etcd\\n\\tgo.etcd.io"}
            """;

    private static final String SAID = "etcd: failed to commit tx: write /data/member/snap/db: no space left on device";

    @Test
    void ofALogItIsTheLineThatEndedIt() {
        assertThat(LastWords.of(ended(NO_ROOM))).isEqualTo(SAID);
    }

    @Test
    void theLineMayBeCutInItsFirstWord() {
        assertThat(LastWords.of(ended(NO_ROOM.substring(NO_ROOM.indexOf("vel\":\"fatal")))))
                .isEqualTo(SAID);
    }

    @Test
    void ofAPanicItIsWhatItSays() {
        assertThat(LastWords.of(ended("panic: tocommit(7) is out of range [lastIndex(5)]\n\ngoroutine 1 [running]:\n")))
                .isEqualTo("etcd: tocommit(7) is out of range [lastIndex(5)]");
    }

    @Test
    void whoWasKilledSaysNothing() {
        var usual = ended("{\"level\":\"info\",\"msg\":\"ready to serve client requests\"}\n");
        assertThat(LastWords.of(usual)).isEmpty();
        assertThat(LastWords.of(usual.reason("OOMKilled"))).isEqualTo("OOMKilled");
        assertThat(LastWords.of(new V1ContainerStateTerminated())).isEmpty();
    }

    @Test
    void theyStandBesideWhatAPodWaitsFor() {
        var status = new V1ContainerStatus()
                .restartCount(3)
                .state(new V1ContainerState().waiting(new V1ContainerStateWaiting().reason("CrashLoopBackOff")))
                .lastState(new V1ContainerState().terminated(ended(NO_ROOM)));
        var pod = PodView.of(new V1Pod().status(new V1PodStatus().addContainerStatusesItem(status)));
        assertThat(pod.trouble()).contains("CrashLoopBackOff (" + SAID + ")");
    }

    private static V1ContainerStateTerminated ended(String message) {
        return new V1ContainerStateTerminated().exitCode(1).reason("Error").message(message);
    }
}
