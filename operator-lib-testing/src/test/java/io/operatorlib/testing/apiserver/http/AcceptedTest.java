package io.operatorlib.testing.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.testing.apiserver.http.Accepted.Form;
import java.util.List;
import org.junit.jupiter.api.Test;

class AcceptedTest {
    @Test
    void takesTheFirstFormThatWeCanGive() {
        assertThat(Accepted.of(List.of("application/json;as=Table;v=v1;g=meta.k8s.io,application/json"))
                        .form())
                .contains(Form.TABLE);
        assertThat(Accepted.of(List.of("application/vnd.kubernetes.protobuf,application/json"))
                        .form())
                .contains(Form.PLAIN);
        assertThat(Accepted.of(List.of("application/json;as=Table;v=v9;g=meta.k8s.io, */*"))
                        .form())
                .contains(Form.PLAIN);
        assertThat(Accepted.of(List.of()).form()).contains(Form.PLAIN);
    }

    @Test
    void takesNoneWhereTheClientWantsProtobufAlone() {
        assertThat(Accepted.of(List.of("application/vnd.kubernetes.protobuf")).form())
                .isEmpty();
    }
}
