package io.operatorlib.testing.conversion;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.internal.RealScheduler;
import io.operatorlib.testing.apiserver.ApiServer;
import io.operatorlib.testing.apiserver.Caller;
import io.operatorlib.testing.apiserver.http.ApiServerHttps;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** An operator's webhook, asked over HTTPS by the API server in this JVM. */
@Timeout(600)
@Execution(ExecutionMode.CONCURRENT)
class WebhookOnDoubleTest {
    @Test
    void convertsHealsAndRotates() throws Exception {
        var scheduler = new RealScheduler();
        var server = ApiServer.create(scheduler);
        try (var https = ApiServerHttps.start(server, scheduler, ApiServerHttps.Listen.loopback())) {
            assertThat(https.port()).isPositive();
            System.out.println("webhook on the double:\n" + new WebhookTrial(server.as(Caller.ADMIN)).tell());
        }
    }
}
