package io.operatorlib.internal.kube;

import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiResponse;
import io.operatorlib.spi.ApiWatch;
import io.operatorlib.spi.KubeApi;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Gives prepared replies in order, and keeps what it was asked. */
public final class ScriptedApi implements KubeApi {
    public final List<ApiRequest> requests = new ArrayList<>();
    private final Deque<ApiResponse> replies = new ArrayDeque<>();

    public ScriptedApi reply(int status, String json) {
        replies.add(ApiResponse.of(status, json));
        return this;
    }

    @Override
    public ApiResponse send(ApiRequest request) {
        requests.add(request);
        ApiResponse reply = replies.poll();
        if (reply == null) {
            throw new NoReplyException("no reply was prepared for " + request);
        }
        return reply;
    }

    @Override
    public ApiWatch watch(ApiRequest request) {
        return new Refused();
    }

    /** Nobody may watch here. */
    private static final class Refused implements ApiWatch {
        @Override
        public int status() {
            return 403;
        }

        @Override
        public String refusal() {
            return "{}";
        }

        @Override
        public Next next(Duration atMost) {
            return new Ended();
        }

        @Override
        public void close() {}
    }
}
