"""Where allauth would let somebody learn that an address has an account, or break."""

from __future__ import annotations

from allauth.headless.account.inputs import (
    ResetPasswordInput,
    ResetPasswordKeyInput,
    SignupInput,
)
from allauth.headless.account.views import ResetPasswordView, SignupView
from allauth.headless.internal.restkit.response import ErrorResponse
from django.contrib.auth.hashers import make_password
from django.http import Http404

# allauth has addresses for telephone numbers, of which an account has none here.
PHONES = ("account/phone", "auth/phone/verify", "auth/phone/verify/resend")


class SignUpInput(SignupInput):
    def try_save(self, request):
        person, response = super().try_save(request)
        if person is None:
            # As slow as making an account.
            make_password(self.cleaned_data["password"])
        return person, response


class SignUp(SignupView):
    input_class = SignUpInput


class NewPasswordInput(ResetPasswordInput):
    def clean(self):
        # Judged by whose it would be, and so only for whoever has the code.
        return self.cleaned_data if "key" in self.errors else super().clean()


class NewPassword(ResetPasswordView):
    input_class = NewPasswordInput

    def get(self, request, *args, **kwargs):
        # allauth asks without a code where there is no account, and breaks.
        key = request.headers.get("X-Password-Reset-Key", "")
        judged = ResetPasswordKeyInput({"key": key}, code=self.process.code)
        if judged.is_valid():
            return super().get(request, *args, **kwargs)
        self.process.record_invalid_attempt()
        return ErrorResponse(request, input=judged)


def nowhere(request):
    raise Http404
