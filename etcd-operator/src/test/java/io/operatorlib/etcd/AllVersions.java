package io.operatorlib.etcd;

import io.operatorlib.Operator;
import io.operatorlib.conversion.ConversionReviews;
import io.operatorlib.crd.ConversionWebhook;
import io.operatorlib.etcd.backup.Unserved;
import io.operatorlib.testing.apiserver.Webhooks;

/** The operator with all of its kinds in all of their versions, where the API server asks for conversions in this JVM. */
public final class AllVersions {
    private static final ConversionWebhook HERE = ConversionWebhook.url("https://webhook.invalid/convert");

    private AllVersions() {}

    public static Operator operator(Etcd etcd) {
        var operator = Operator.named("etcd-operator")
                .controller(EtcdOperator.controller(etcd))
                .controller(Unserved.backups())
                .controller(Unserved.restores());
        for (var crd : Definitions.ALL) {
            operator = operator.crd(crd.convertedBy(HERE));
        }
        return operator;
    }

    /** One of several replicas of it, as they are installed. */
    public static Operator elected(Etcd etcd, String identity) {
        return EtcdOperator.ofClusters(etcd)
                .leaderElection(EtcdOperator.ELECTION.in("etcd-operator").as(identity));
    }

    /** Who is asked. */
    public static Webhooks webhooks() {
        var reviews = ConversionReviews.of(Definitions.WEBHOOK.conversions());
        return (config, review) -> reviews.answer(review);
    }
}
