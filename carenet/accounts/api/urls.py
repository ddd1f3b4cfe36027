from django.urls import URLPattern

app_name = "api-accounts"
urlpatterns: list[URLPattern] = []
