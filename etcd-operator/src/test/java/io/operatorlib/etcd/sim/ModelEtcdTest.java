package io.operatorlib.etcd.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The contract on the model, which also knows which invariant was broken. */
class ModelEtcdTest extends EtcdContract {
    private final ModelPlace model = new ModelPlace(1);

    @Override
    EtcdPlace open() {
        return model;
    }

    @Override
    void leftOut(String what) {
        throw new AssertionError("the model can do all that etcd can: " + what);
    }

    @Override
    void writeLostThatTwoAcknowledged() {
        assertThat(model.world().violations())
                .hasSize(2)
                .anyMatch(violation -> violation.startsWith("I12"))
                .anyMatch(violation -> violation.startsWith("acknowledged write lost"));
    }

    @Test
    void aLeaderThatStoodStillFollowsTheNextOneThoughNobodyWrites() {
        var former = leaderThatStandsStill();
        var world = model.world();
        world.resume(former);
        model.await(SOON, "the former leader follows", () -> world.canRead(former));
    }

    @Test
    void nobodyFollowsALeaderOfAnOlderTermThatStoodStill() {
        var former = leaderThatStandsStill();
        var world = model.world();
        long cluster = world.clusters().get(0);
        var next = world.leader(cluster).orElseThrow();
        world.pause(next);
        world.resume(former);
        model.await(
                SOON,
                "one of the two leads anew",
                () -> world.leader(cluster)
                        .filter(leader -> leader.dir.term() > next.dir.term())
                        .isPresent());
        world.resume(next);
        model.await(
                SOON,
                "all three read by quorum",
                () -> world.running(world::canRead).size() == 3);
    }

    /** Of three, which have another one by now. */
    private EtcdProcess leaderThatStandsStill() {
        form(3);
        var world = model.world();
        long cluster = world.clusters().get(0);
        var former = world.leader(cluster).orElseThrow();
        world.pause(former);
        model.await(
                SOON,
                "another one leads",
                () -> world.leader(cluster).filter(leader -> leader != former).isPresent());
        return former;
    }
}
