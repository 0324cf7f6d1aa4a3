package io.operatorlib.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.internal.RealScheduler;
import io.operatorlib.testing.apiserver.ApiServer;
import io.operatorlib.testing.apiserver.Caller;
import io.operatorlib.testing.apiserver.http.ApiServerHttps;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** CoreOS's manifests on the API server in this JVM, which asks the webhook over HTTPS. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(600)
class OldManifestsOnDoubleTest {
    @Test
    void areTakenOverAndReadBackAsTheyWereWritten() throws Exception {
        var scheduler = new RealScheduler();
        var server = ApiServer.create(scheduler);
        try (var https = ApiServerHttps.start(server, scheduler, ApiServerHttps.Listen.loopback())) {
            assertThat(https.port()).isPositive();
            System.out.println(
                    "old manifests on the double:\n" + new OldManifestsTrial(server.as(Caller.ADMIN)).tell());
        }
    }
}
