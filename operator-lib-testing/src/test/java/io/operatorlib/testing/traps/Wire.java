package io.operatorlib.testing.traps;

import java.io.IOException;
import java.time.Duration;
import okhttp3.Interceptor;
import okhttp3.Response;

/** The way of one client to the server: replies to renewals can be late, and it can be cut. */
final class Wire implements Interceptor {
    volatile Duration replies = Duration.ZERO;
    volatile boolean cut;

    @Override
    public Response intercept(Chain chain) throws IOException {
        if (cut) {
            throw new IOException("cut");
        }
        Response response = chain.proceed(chain.request());
        Duration late = replies;
        if (!late.isZero() && chain.request().method().equals("PUT")) {
            TrapServer.pass(late);
        }
        return response;
    }
}
