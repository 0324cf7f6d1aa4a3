package io.operatorlib.testing.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.testing.chaos.Fault.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

class EncountersTest {
    private static final String ASLEEP = "who sleeps acts on nothing";

    private final List<Fault<String>> faults = List.of(
            fault("watches silent"),
            fault("asleep").never("ring bell", ASLEEP).never(Fault.REQUESTS, "who sleeps asks for nothing"),
            fault("drowsy").never("ring bell", ASLEEP));
    private final Encounters met = new Encounters();

    private static Fault<String> fault(String name) {
        return Fault.once(name, Kind.OPERATOR, (sim, world, choice) -> {});
    }

    @Test
    void effectsAreKnownByWhatTheyAskOfKubernetesOrByTheFirstTwoWordsOfAnAct() {
        assertThat(List.of(
                        Encounters.kind("POST /api/v1/namespaces/default/pods"),
                        Encounters.kind(
                                "PATCH /apis/example.com/v1/namespaces/default/rooms/kitchen/status?force=true"),
                        Encounters.kind("PATCH /api/v1/namespaces/default/pods/a?fieldManager=b"),
                        Encounters.kind("PUT /api/v1/namespaces/default/pods/a"),
                        Encounters.kind("DELETE /api/v1/namespaces/default/pods/a"),
                        Encounters.kind("ring bell three times")))
                .containsExactly("create", "status", "patch", "replace", "delete", "ring bell");
    }

    @Test
    void aCellIsACountOrALetterForItsOwnReasonOrASignThatItHasNotComeToThat() {
        met.count("watches silent", List.of("POST /a", "POST /b"));
        met.count("asleep", List.of("DELETE /a"));
        met.count("grow", List.of("ring bell once"));
        var other = new Encounters();
        other.count("watches silent", List.of("POST /c"));
        other.countAll(List.of("POST /c", "PUT /c"));
        met.add(other);
        assertThat(met.table(faults).lines().map(line -> line.replaceAll(" +", " ")))
                .containsExactly(
                        "while create delete replace ring bell",
                        "in all 1 - 1 -",
                        "asleep a 1 a b",
                        "drowsy - - - b",
                        "watches silent 3 - - -",
                        "grow - - - 1",
                        "a: who sleeps asks for nothing",
                        "b: " + ASLEEP,
                        "-: it has not come to that in these seeds");
        assertThat(met.missing(faults))
                .containsExactly(
                        "watches silent × delete",
                        "watches silent × replace",
                        "watches silent × ring bell",
                        "drowsy × create",
                        "drowsy × delete",
                        "drowsy × replace");
    }
}
