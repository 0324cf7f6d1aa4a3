package io.operatorlib.etcd.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The contract on the model. */
class ModelEtcdTest extends EtcdContract {
    @Override
    EtcdPlace open() {
        return new ModelPlace(1);
    }

    /**
     * Measured on etcd 3.4 and 3.5; 3.6 happens to refuse the newcomer here, because the one member that it can ask
     * does not know the cluster's version without a quorum.
     */
    @Test
    void anAcknowledgedWriteIsLostWhereAMemberForgetsAndComesBackUnderItsId() {
        var nodes = form(3);
        place.kill(nodes.get(2));
        place.await(SOON, "written by two", () -> place.put(nodes.get(0), "k", "v"));
        place.kill(nodes.get(0));
        place.kill(nodes.get(1));
        place.wipe(nodes.get(1));
        place.start(nodes.get(2), nodes, "existing", TOKEN);
        place.pass(SOON);
        place.start(nodes.get(1), nodes, "existing", TOKEN);
        place.await(SOON, "both accept writes", () -> place.put(nodes.get(2), "other", "v"));

        assertThat(place.get(nodes.get(2), "k")).isEmpty();
        assertThat(((ModelPlace) place).world().violations())
                .hasSize(2)
                .anyMatch(violation -> violation.startsWith("I12"))
                .anyMatch(violation -> violation.startsWith("acknowledged write lost"));
    }
}
