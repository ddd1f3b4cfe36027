from django.urls import URLPattern

app_name = "api-volunteers"
urlpatterns: list[URLPattern] = []
