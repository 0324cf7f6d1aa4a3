package io.operatorlib.testing.chaos;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiResponse;
import io.operatorlib.spi.ApiWatch;
import io.operatorlib.spi.KubeApi;
import java.time.Duration;
import java.util.function.UnaryOperator;

/** Doors that each take one of the engine's precautions away from it. */
enum Doors implements UnaryOperator<KubeApi> {
    /** Nothing is taken away. */
    AS_SHIPPED,

    /** What was written bears a version that every cache has: nobody waits for his own writes. */
    WITHOUT_OWN_WRITES {
        @Override
        ApiResponse send(KubeApi api, ApiRequest request) {
            var reply = api.send(request);
            if (!request.method().mutating() || !reply.ok()) {
                return reply;
            }
            JsonObject object = JsonParser.parseString(reply.text()).getAsJsonObject();
            object.getAsJsonObject("metadata").addProperty("resourceVersion", "1");
            return ApiResponse.of(reply.status(), object.toString());
        }
    },

    /** Deletes are sent without a precondition: whatever bears the name goes. */
    WITHOUT_PRECONDITIONS {
        @Override
        ApiResponse send(KubeApi api, ApiRequest request) {
            return api.send(
                    request.method() == ApiRequest.Method.DELETE
                            ? request.withBody(request.contentType(), "{}")
                            : request);
        }
    },

    /** Lists take any state for an answer, as those of client-java's informers do. */
    WITH_ANY_STATE {
        @Override
        ApiResponse send(KubeApi api, ApiRequest request) {
            boolean list =
                    request.query().containsKey("limit") && !request.query().containsKey("continue");
            return api.send(list ? request.with("resourceVersion", "0") : request);
        }

        @Override
        ApiWatch watch(KubeApi api, ApiRequest request) {
            return request.query().containsKey("sendInitialEvents") ? new NotServed() : api.watch(request);
        }
    };

    ApiResponse send(KubeApi api, ApiRequest request) {
        return api.send(request);
    }

    ApiWatch watch(KubeApi api, ApiRequest request) {
        return api.watch(request);
    }

    @Override
    public KubeApi apply(KubeApi api) {
        return new KubeApi() {
            @Override
            public ApiResponse send(ApiRequest request) {
                return Doors.this.send(api, request);
            }

            @Override
            public ApiWatch watch(ApiRequest request) {
                return Doors.this.watch(api, request);
            }
        };
    }

    /** A server that does not stream lists. */
    private record NotServed() implements ApiWatch {
        @Override
        public int status() {
            return 400;
        }

        @Override
        public String refusal() {
            return "{\"kind\":\"Status\",\"status\":\"Failure\",\"reason\":\"BadRequest\",\"code\":400}";
        }

        @Override
        public Next next(Duration atMost) {
            return new Ended();
        }

        @Override
        public void close() {}
    }
}
