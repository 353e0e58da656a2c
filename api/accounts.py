"""What allauth does not know of an account: that a person begins with a diary and a key."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter


class Accounts(DefaultAccountAdapter):
    def save_user(self, request, user, form, commit=True):
        super().save_user(request, user, form, commit=False)
        if commit:
            user.begin()
        return user
